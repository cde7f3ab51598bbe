// Pointer on the grid: click, shift-click, ctrl-click, and the rubber band of a mouse or pen. A finger scrolls, and
// its tap adds or takes away.
import { store } from './store.js';
import { selection } from './selection.js';
import { focusGrid, grid } from './grid.js';
import { likeImage } from './search.js';
import { showPreview } from './preview.js';

const dragPixels = 5;
const edgePixels = 40;

const scroller = document.getElementById('scroller');
const area = document.getElementById('grid');
const band = document.getElementById('band');
let drag = null;

const position = target => Number(target.closest('.tile')?.dataset.position ?? -1);

export function watchPointer() {
  area.addEventListener('pointerdown', start);
  area.addEventListener('pointermove', move);
  area.addEventListener('pointerup', end);
  area.addEventListener('pointercancel', stop);
  area.addEventListener('dblclick', event => position(event.target) >= 0 && showPreview());
}

function start(event) {
  if (event.button !== 0) {
    return;
  }
  const keepsSelection = event.ctrlKey || event.metaKey || event.shiftKey;
  drag = {
    target: event.target,
    isTouch: event.pointerType === 'touch',
    from: place(event),
    last: event,
    base: keepsSelection ? [...selection.ids] : [],
    isBand: false,
  };
}

function move(event) {
  if (!drag || drag.isTouch) {
    return;
  }
  drag.last = event;
  const to = place(event);
  if (!drag.isBand && Math.hypot(to.x - drag.from.x, to.y - drag.from.y) > dragPixels) {
    drag.isBand = true;
    area.setPointerCapture(event.pointerId);
    band.hidden = false;
    requestAnimationFrame(scrollAtEdge);
  }
  if (drag.isBand) {
    drawBand(to);
  }
}

function end(event) {
  const ended = drag;
  stop();
  if (ended && !ended.isBand) {
    click(event, ended);
  }
}

function stop() {
  drag = null;
  band.hidden = true;
}

function click(event, { target, isTouch }) {
  focusGrid();
  const at = position(target);
  if (at < 0) {
    selection.clear();
  } else if (target.closest('.like')) {
    selection.move(at);
    likeImage(store.order.ids[at]);
  } else if (target.closest('.group')) {
    selectGroup(at);
  } else if (event.shiftKey) {
    selection.extendTo(at, event.ctrlKey || event.metaKey);
  } else if (event.ctrlKey || event.metaKey || isTouch) {
    selection.toggle(at);
  } else {
    selection.only(at);
  }
}

export function selectGroup(at) {
  const { ids, groups } = store.order;
  if (groups) {
    selection.replace(ids.filter((_, index) => groups[index] === groups[at]), at);
  }
}

function place(event) {
  const box = area.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function drawBand(to) {
  const box = {
    left: Math.min(drag.from.x, to.x),
    top: Math.min(drag.from.y, to.y),
    right: Math.max(drag.from.x, to.x),
    bottom: Math.max(drag.from.y, to.y),
  };
  band.style.transform = `translate(${box.left}px, ${box.top}px)`;
  band.style.width = `${box.right - box.left}px`;
  band.style.height = `${box.bottom - box.top}px`;
  const positions = grid.positionsIn(box);
  const key = `${positions[0]} ${positions.at(-1)}`;
  if (key !== drag.key) {
    drag.key = key;
    const ids = positions.map(at => store.order.ids[at]);
    selection.replace([...drag.base, ...ids], positions.at(-1) ?? selection.cursor);
  }
}

function scrollAtEdge() {
  if (!drag?.isBand) {
    return;
  }
  const box = scroller.getBoundingClientRect();
  const { clientY } = drag.last;
  const beyond = Math.min(0, clientY - box.top - edgePixels) + Math.max(0, clientY - box.bottom + edgePixels);
  if (beyond !== 0) {
    scroller.scrollTop += beyond / 2;
    drawBand(place(drag.last));
  }
  requestAnimationFrame(scrollAtEdge);
}
