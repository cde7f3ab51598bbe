// The two-dimensional map of the embeddings on a canvas: lasso, zoom, and colours by label or prediction.
import { store } from './store.js';
import { selection } from './selection.js';
import { orders } from './orders.js';
import { classColour } from './colours.js';
import { request } from './api.js';
import { say, sayError } from './status.js';
import { images } from './labelling.js';
import { isInside, View } from './plane.js';

const retryMilliseconds = 1000;
const leastLassoPoints = 3;
// Where the map covers the page, as in label.css.
const narrow = matchMedia('(max-width: 760px)');
const isTouch = matchMedia('(hover: none)');
const touchNote = 'Draw around images to select them.';

const panel = document.getElementById('map-panel');
const canvas = document.getElementById('map');
const context = canvas.getContext('2d');
const view = new View();
let points = null;
let lasso = null;
let isAsked = false;

export function buildMap() {
  document.getElementById('map-toggle').addEventListener('click', toggleMap);
  document.getElementById('map-close').addEventListener('click', toggleMap);
  panel.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      toggleMap();
      document.getElementById('map-toggle').focus();
    }
  });
  for (const choice of document.getElementsByName('map-colour')) {
    choice.addEventListener('change', ask);
  }
  canvas.addEventListener('pointerdown', start);
  canvas.addEventListener('pointermove', move);
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    view.zoom(event.offsetX, event.offsetY, Math.exp(-event.deltaY / 300));
    ask();
  }, { passive: false });
  canvas.addEventListener('dblclick', () => {
    view.reset();
    ask();
  });
  new ResizeObserver(ask).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ask);
  store.on('rows selection state', ask);
}

export function toggleMap() {
  panel.hidden = !panel.hidden;
  document.body.classList.toggle('with-map', !panel.hidden);
  document.getElementById('map-toggle').setAttribute('aria-pressed', !panel.hidden);
  if (!panel.hidden && !points) {
    load();
  }
}

async function load() {
  try {
    const response = await request('/api/map');
    if (response.status === 202) {
      document.getElementById('map-note').textContent = 'The map is being made …';
      setTimeout(load, retryMilliseconds);
      return;
    }
    points = await response.json();
    document.getElementById('map-note').textContent =
      isTouch.matches ? touchNote : 'Draw around images to select them. Wheel zooms, double-click shows all.';
    ask();
  } catch (error) {
    sayError(error.message);
  }
}

function ask() {
  if (!isAsked && !panel.hidden) {
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  }
}

function draw() {
  const scale = devicePixelRatio;
  view.fit(canvas.clientWidth, canvas.clientHeight);
  canvas.width = canvas.clientWidth * scale;
  canvas.height = canvas.clientHeight * scale;
  context.scale(scale, scale);
  if (points) {
    drawPoints();
    drawLasso();
  }
}

function drawPoints() {
  const style = getComputedStyle(canvas);
  const isByLabel = document.querySelector('[name=map-colour]:checked').value === 'label';
  const classOf = isByLabel ? id => store.labelOf(id) : id => store.predictionOf(id);
  const size = points.x.length > 5000 ? 3 : 4;
  // While images are selected, the others step back.
  context.globalAlpha = selection.size > 0 ? 0.4 : 1;
  for (const [index, ids] of layersBy(classOf)) {
    context.fillStyle = index < 0 ? style.getPropertyValue('--unlabelled') : classColour(index);
    drawSquares(ids, index >= 0 && isByLabel ? size + 2 : size);
  }
  context.globalAlpha = 1;
  for (const id of selection.ids) {
    const index = classOf(id);
    context.fillStyle = index < 0 ? style.getPropertyValue('--text') : classColour(index);
    drawSquares([id], size + 2);
  }
}

// The images of each class, those without one first: they lie beneath.
function layersBy(classOf) {
  const layers = new Map([[-1, []]]);
  points.x.forEach((_, id) => {
    const index = classOf(id);
    layers.set(index, layers.get(index) ?? []).get(index).push(id);
  });
  return layers;
}

function drawSquares(ids, size) {
  for (const id of ids) {
    const { x, y } = at(id);
    context.fillRect(x - size / 2, y - size / 2, size, size);
  }
}

const at = id => view.toScreen(points.x[id], points.y[id]);

function drawLasso() {
  if (!lasso) {
    return;
  }
  const accent = getComputedStyle(canvas).getPropertyValue('--accent');
  context.beginPath();
  lasso.forEach(({ x, y }) => context.lineTo(x, y));
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = accent;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = accent;
  context.lineWidth = 1.5;
  context.stroke();
}

function start(event) {
  if (event.button === 0 && points) {
    canvas.setPointerCapture(event.pointerId);
    lasso = [{ x: event.offsetX, y: event.offsetY }];
  }
}

function move(event) {
  if (lasso) {
    lasso.push({ x: event.offsetX, y: event.offsetY });
    ask();
  }
}

async function end() {
  const drawn = lasso;
  lasso = null;
  ask();
  if (!drawn || drawn.length < leastLassoPoints) {
    return;
  }
  const ids = [...points.x.keys()].filter(id => isInside(at(id), drawn));
  if (ids.length > 0) {
    await orders.show('lasso', { ids, scores: null });
    selection.all();
    if (narrow.matches) {
      toggleMap();
    }
    say(`${images(ids.length)} from the map are selected.`);
  }
}
