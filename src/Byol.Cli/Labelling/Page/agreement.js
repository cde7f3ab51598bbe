// How often the classifier predicts held-back labels right, as labels grow: a figure and a small line.
import { store } from './store.js';

const width = 220;
const height = 76;
const space = 6;
const below = 16;
// With fewer than these, one label more or less changes the figure a lot.
const enough = 20;

const part = id => document.getElementById(id);
const percent = value => `${Math.round(100 * value)} %`;

export function showAgreement() {
  const { classifier } = store.state;
  part('agreement').hidden = !classifier;
  if (!classifier) {
    return;
  }
  const { agreement, heldBack, trained, history } = classifier;
  part('agreement-figure').textContent = agreement === null ? '–' : percent(agreement);
  const few = heldBack < enough ? ', few so far' : '';
  part('agreement-note').textContent = agreement === null
    ? `Trained on ${trained} labels. More labels, and some are held back to measure with.`
    : `of ${heldBack.toLocaleString('en')} labels held back${few}; trained on ${trained.toLocaleString('en')}.`;
  const measured = history.filter(entry => entry.agreement !== null);
  part('agreement-line').replaceChildren(...(measured.length > 1 ? [line(measured)] : []));
}

function line(history) {
  const labels = history.map(entry => entry.labels);
  const [least, most] = [Math.min(...labels), Math.max(...labels)];
  const x = count => space + (width - 2 * space) * (most === least ? 1 : (count - least) / (most - least));
  const y = value => space + (height - space - below) * (1 - value);
  const points = history.map(entry => `${x(entry.labels).toFixed(1)},${y(entry.agreement).toFixed(1)}`);
  const last = history.at(-1);
  const svg = element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img' });
  svg.setAttribute('aria-label', `Accuracy on held-back labels: ${percent(history[0].agreement)} at `
    + `${history[0].labels} labels, ${percent(last.agreement)} at ${last.labels} labels`);
  for (const value of [0, 0.5, 1]) {
    svg.append(element('line', { class: 'rule', x1: 0, x2: width, y1: y(value), y2: y(value) }));
  }
  svg.append(
    text(0, height - 3, 'start', `${least} labels`),
    text(width, height - 3, 'end', `${most} labels`),
    element('polyline', { points: points.join(' ') }),
    element('circle', { cx: x(last.labels), cy: y(last.agreement), r: 3.5 }));
  return svg;
}

function text(x, y, anchor, words) {
  const made = element('text', { x, y, 'text-anchor': anchor, 'aria-hidden': true });
  made.textContent = words;
  return made;
}

function element(name, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  return made;
}
