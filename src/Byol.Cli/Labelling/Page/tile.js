// One tile of the grid. Tiles are few and are shown again with another image as the grid scrolls. The words on the
// image are drawn by the style (data-text): the tile's own name holds all of them.
import { store } from './store.js';
import { selection } from './selection.js';
import { classColour } from './colours.js';
import * as thumbnails from './thumbnails.js';

const template = document.createElement('template');
template.innerHTML = `
  <div class="tile" role="option">
    <canvas width="1" height="1"></canvas>
    <span class="tick" aria-hidden="true"></span>
    <span class="like" aria-hidden="true" data-text="like this" title="Like this (L)"></span>
    <span class="group" aria-hidden="true" title="Select the group (G)" hidden></span>
    <span class="over" aria-hidden="true"><span class="other"></span><span class="score"></span></span>
    <span class="caption" aria-hidden="true"><i></i><b></b></span>
  </div>`;

export class Tile {
  constructor() {
    this.element = template.content.firstElementChild.cloneNode(true);
    const part = name => this.element.querySelector(name);
    this.canvas = part('canvas');
    this.context = this.canvas.getContext('2d');
    this.group = part('.group');
    this.over = part('.over');
    this.score = part('.score');
    this.other = part('.other');
    this.name = part('b');
    this.id = -1;
    this.position = -1;
  }

  show(position, x, y) {
    this.position = position;
    this.element.id = `tile-${position}`;
    this.element.dataset.position = position;
    this.element.style.left = `${x}px`;
    this.element.style.top = `${y}px`;
    const id = store.order.ids[position];
    if (id !== this.id) {
      this.#leave();
      this.id = id;
      this.#showThumbnail();
    }
    this.update();
  }

  // What may change while the image stays: label, prediction, selection, score, group.
  update() {
    const { element, id, position } = this;
    const { scores, groups, others, doubts, ids } = store.order;
    const label = store.labelName(id);
    const labelIndex = store.labelOf(id);
    const predicted = store.predictionOf(id);
    const isLabelled = label !== '';
    const differs = isLabelled && predicted >= 0 && predicted !== labelIndex && !store.pending.has(id);
    // A classifier that has not seen the label; the one that predicts all images has.
    const doubt = others && labelIndex !== others[position] && !store.pending.has(id)
      ? `${store.className(others[position])} ${Math.round(100 * doubts[position])} %` : '';
    const prediction = predicted < 0 ? '' : `${store.className(predicted)} ${store.rows.confidence[id]} %`;

    element.style.setProperty('--class', classColour(isLabelled ? labelIndex : predicted));
    element.classList.toggle('labelled', isLabelled);
    element.classList.toggle('pending', store.pending.has(id));
    element.classList.toggle('cursor', position === selection.cursor);
    this.name.textContent = label || prediction;
    const other = doubt || (differs ? prediction : '');
    this.other.dataset.text = other && `≠ ${other}`;
    this.score.dataset.text = scores ? scores[position].toFixed(2) : '';
    // Boxes that show nothing cost time all the same.
    this.over.hidden = !other && !scores;
    this.#showGroup(groups, position);

    element.setAttribute('aria-selected', selection.has(id));
    element.setAttribute('aria-posinset', position + 1);
    element.setAttribute('aria-setsize', ids.length);
    element.setAttribute('aria-label', [
      store.paths[id],
      isLabelled ? `labelled ${label}` : 'not labelled',
      doubt ? `without its label predicted as ${doubt}` : prediction && `predicted as ${prediction}`,
      scores && `similarity ${scores[position].toFixed(2)}`,
      groups && `group ${groups[position] + 1}`,
    ].filter(Boolean).join(', '));
    element.title = store.paths[id];
  }

  hide() {
    this.#leave();
    this.id = -1;
    this.position = -1;
    this.element.remove();
  }

  #leave() {
    if (this.id >= 0) {
      thumbnails.forget(this.id, this.onLoaded);
    }
  }

  #showThumbnail() {
    const { id } = this;
    const draw = () => {
      const bitmap = thumbnails.loaded(id);
      if (bitmap && this.id === id) {
        this.canvas.width = bitmap.width;
        this.canvas.height = bitmap.height;
        this.context.drawImage(bitmap, 0, 0);
        this.element.dataset.thumbnail = 'shown';
      }
    };
    if (thumbnails.loaded(id)) {
      draw();
      return;
    }
    this.element.dataset.thumbnail = 'waiting';
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.onLoaded = draw;
    thumbnails.ask(id, draw, () => { this.element.dataset.thumbnail = 'failed'; });
  }

  #showGroup(groups, position) {
    const group = groups?.[position];
    this.group.hidden = group === undefined || groups[position - 1] === group;
    this.group.dataset.text = `group ${group + 1}`;
    this.element.classList.toggle('grouped', group !== undefined);
    this.element.classList.toggle('odd', group % 2 === 1);
    this.element.classList.toggle('goes-on', group !== undefined && groups[position + 1] === group);
  }
}
