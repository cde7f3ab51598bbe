// The grid: only the rows on the screen have tiles, and tiles that scrolled out are used again.
import { store } from './store.js';
import { selection } from './selection.js';
import { Tile } from './tile.js';
import { watchScrolling } from './frames.js';

const gap = 8;
const caption = 26;
const rowsAround = 1;

class Grid {
  #scroller = document.getElementById('scroller');
  #area = document.getElementById('grid');
  #shown = new Map();
  #spare = [];
  #isAsked = false;
  #wanted = 124;
  columns = 1;
  side = 124;

  constructor() {
    this.#scroller.addEventListener('scroll', () => this.ask(), { passive: true });
    new ResizeObserver(() => this.#measure()).observe(this.#scroller);
    watchScrolling(this.#scroller);
    store.on('order', () => this.#measure());
    store.on('rows', () => this.refresh());
    store.on('selection', () => this.refresh());
  }

  get row() {
    return this.side + caption + gap;
  }

  get rowsOnScreen() {
    return Math.max(1, Math.floor(this.#scroller.clientHeight / this.row));
  }

  resize(side) {
    const top = Math.floor(this.#scroller.scrollTop / this.row) * this.columns;
    this.#wanted = side;
    this.#measure();
    this.#scroller.scrollTop = Math.floor(top / this.columns) * this.row;
  }

  toTop() {
    this.#scroller.scrollTop = 0;
  }

  // Draws once before the next frame, however often it is asked for.
  ask() {
    if (!this.#isAsked) {
      this.#isAsked = true;
      requestAnimationFrame(() => {
        this.#isAsked = false;
        this.#draw();
      });
    }
  }

  refresh() {
    for (const tile of this.#shown.values()) {
      tile.update();
    }
    this.#pointToCursor();
  }

  // The least scrolling that brings a position onto the screen.
  reveal(position) {
    const top = Math.floor(position / this.columns) * this.row;
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop) {
      this.#scroller.scrollTop = top;
    } else if (top + this.row > scrollTop + clientHeight) {
      this.#scroller.scrollTop = top + this.row - clientHeight;
    }
    this.ask();
  }

  // The positions whose tiles a rectangle of the grid touches.
  positionsIn({ left, top, right, bottom }) {
    const column = x => Math.floor(x / (this.side + gap));
    const row = y => Math.floor(y / this.row);
    const [first, last] = [Math.max(0, column(left + gap)), Math.min(this.columns - 1, column(right))];
    const positions = [];
    for (let line = Math.max(0, row(top + gap)); line <= row(bottom); line++) {
      for (let at = first; at <= last; at++) {
        const position = line * this.columns + at;
        if (position < store.order.ids.length) {
          positions.push(position);
        }
      }
    }
    return positions;
  }

  #measure() {
    const width = this.#area.clientWidth;
    this.columns = Math.max(width < 420 ? 3 : 1, Math.floor((width + gap) / (this.#wanted + gap)));
    this.side = Math.floor((width + gap) / this.columns) - gap;
    this.#area.style.setProperty('--side', `${this.side}px`);
    this.#area.style.height = `${Math.ceil(store.order.ids.length / this.columns) * this.row}px`;
    // Other images, or other places: the tiles that stay are shown anew too.
    this.#draw(true);
  }

  #draw(isNew = false) {
    const { scrollTop, clientHeight } = this.#scroller;
    const firstRow = Math.max(0, Math.floor(scrollTop / this.row) - rowsAround);
    const lastRow = Math.floor((scrollTop + clientHeight) / this.row) + rowsAround;
    const first = firstRow * this.columns;
    const end = Math.min(store.order.ids.length, (lastRow + 1) * this.columns);
    for (const [position, tile] of this.#shown) {
      if (position < first || position >= end) {
        this.#shown.delete(position);
        this.#spare.push(tile);
      }
    }
    for (let position = first; position < end; position++) {
      if (isNew || !this.#shown.has(position)) {
        this.#place(position);
      }
    }
    this.#spare.forEach(tile => tile.hide());
    this.#pointToCursor();
  }

  #place(position) {
    const tile = this.#shown.get(position) ?? this.#spare.pop() ?? new Tile();
    this.#shown.set(position, tile);
    if (!tile.element.isConnected) {
      this.#area.append(tile.element);
    }
    const x = (position % this.columns) * (this.side + gap);
    tile.show(position, x, Math.floor(position / this.columns) * this.row);
  }

  #pointToCursor() {
    this.#area.classList.toggle('selecting', selection.size > 0);
    if (this.#shown.has(selection.cursor)) {
      this.#area.setAttribute('aria-activedescendant', `tile-${selection.cursor}`);
    } else {
      this.#area.removeAttribute('aria-activedescendant');
    }
  }
}

export const grid = new Grid();

export const focusGrid = () => document.getElementById('grid').focus({ preventScroll: true });
