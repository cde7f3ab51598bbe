// What the page knows. Parts listen to it: state, images, rows, order, selection.
class Store extends EventTarget {
  state = null;
  paths = [];
  rows = { generation: -1, labels: [], predicted: [], confidence: [] };
  order = { tab: '', ids: [], scores: null, groups: null, others: null, doubts: null, generation: -1 };
  // Labels that were given and are not yet answered for: image -> class name or null.
  pending = new Map();

  on(names, handler) {
    for (const name of names.split(' ')) {
      this.addEventListener(name, handler);
    }
  }

  set(name, value) {
    this[name] = value;
    this.tell(name);
  }

  // An answer and an event may overtake one another.
  update(state) {
    if (state.version >= (this.state?.version ?? 0)) {
      this.set('state', state);
    }
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  get isReady() {
    return this.state?.phase === 'ready' && this.paths.length > 0;
  }

  className(index) {
    return this.state.classes[index]?.name ?? '';
  }

  classIndex(name) {
    return this.state.classes.findIndex(entry => entry.name === name);
  }

  // The class of an image's label, or -1; a label that is being saved counts.
  labelOf(id) {
    return this.pending.has(id) ? this.classIndex(this.pending.get(id)) : this.rows.labels[id] ?? -1;
  }

  labelName(id) {
    return this.pending.has(id) ? this.pending.get(id) ?? '' : this.className(this.rows.labels[id] ?? -1);
  }

  predictionOf(id) {
    return this.rows.predicted[id] ?? -1;
  }
}

export const store = new Store();
