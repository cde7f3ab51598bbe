// Which images are selected, where the cursor is, and where a range starts.
import { store } from './store.js';

class Selection {
  ids = new Set();
  cursor = 0;
  anchor = 0;

  get size() {
    return this.ids.size;
  }

  has(id) {
    return this.ids.has(id);
  }

  // What a label is given to: the selected images, or the one under the cursor.
  get targets() {
    const { ids } = store.order;
    if (this.size > 0) {
      return ids.filter(id => this.ids.has(id));
    }
    return this.cursor < ids.length ? [ids[this.cursor]] : [];
  }

  only(position) {
    if (position >= store.order.ids.length) {
      return;
    }
    this.ids = new Set([store.order.ids[position]]);
    this.#moveTo(position);
  }

  toggle(position) {
    if (position >= store.order.ids.length) {
      return;
    }
    const id = store.order.ids[position];
    if (!this.ids.delete(id)) {
      this.ids.add(id);
    }
    this.#moveTo(position);
  }

  // From where the range started to here, in place of what was selected or added to it.
  extendTo(position, isAdded = false) {
    const [first, last] = [Math.min(this.anchor, position), Math.max(this.anchor, position)];
    const range = store.order.ids.slice(first, last + 1);
    this.ids = new Set(isAdded ? [...this.ids, ...range] : range);
    this.cursor = position;
    store.tell('selection');
  }

  // The cursor alone; what is selected stays.
  move(position) {
    this.#moveTo(position);
  }

  replace(ids, position = this.cursor) {
    this.ids = new Set(ids);
    this.#moveTo(position);
  }

  all() {
    this.replace(store.order.ids);
  }

  clear() {
    this.replace([]);
  }

  // After a change of filter: what is no longer shown is no longer selected.
  keepShown() {
    const shown = new Set(store.order.ids);
    this.replace([...this.ids].filter(id => shown.has(id)), 0);
  }

  #moveTo(position) {
    this.cursor = Math.max(0, Math.min(position, store.order.ids.length - 1));
    this.anchor = this.cursor;
    store.tell('selection');
  }
}

export const selection = new Selection();
