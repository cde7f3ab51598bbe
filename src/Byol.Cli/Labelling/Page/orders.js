// The tabs and filters: which images the grid shows, and in which order.
import { store } from './store.js';
import { getJson } from './api.js';
import { selection } from './selection.js';
import { grid } from './grid.js';
import { say, sayError } from './status.js';

export const tabs = [
  { name: 'proposal', title: 'to start with', help: 'images that differ most from one another' },
  { name: 'all', title: 'all' },
  { name: 'unlabelled', title: 'unlabelled' },
  { name: 'unsure', title: 'unsure', help: 'the least confident predictions first' },
  { name: 'sure', title: 'sure', help: 'the most confident predictions first' },
  {
    name: 'doubtful',
    title: 'doubtful labels',
    help: 'labels that the classifier would not give, and what it would; of few labels it knows little',
  },
  { name: 'duplicates', title: 'near-duplicates', help: 'groups of images that are nearly the same' },
  { name: 'similar', title: 'like these', help: 'the most similar images first' },
  { name: 'lasso', title: 'from the map', help: 'the images in the lasso' },
];

// Tabs whose images come from the page itself: a search, or a lasso.
const own = new Set(['similar', 'lasso']);
// Tabs that labels change, once there is a classifier.
const changing = new Set(['unlabelled', 'unsure', 'sure', 'doubtful', 'proposal']);
// Tabs whose scores are similarities; the others' are the confidences that the tiles show anyway.
const similarities = new Set(['similar', 'duplicates']);

class Orders {
  tab = 'all';
  className = '';
  text = '';
  results = { similar: null, lasso: null };
  #asked = 0;

  get isOwn() {
    return own.has(this.tab);
  }

  // Whether labels have come since this order was made.
  get isStale() {
    const { order, state } = store;
    return !this.isOwn && order.generation !== state.generation
      && (changing.has(this.tab) || this.className !== '');
  }

  open(tab) {
    this.tab = tab;
    selection.clear();
    say('');
    return this.load();
  }

  filter(values) {
    Object.assign(this, values);
    return this.load();
  }

  // What a search or a lasso found becomes the tab's images.
  show(tab, found) {
    this.results[tab] = found;
    return this.open(tab);
  }

  async load() {
    const asked = ++this.#asked;
    const { generation } = store.state;
    const { tab } = this;
    try {
      const found = this.isOwn ? this.#ownOrder() : await this.#programOrder();
      if (asked === this.#asked) {
        const { ids, groups = null, others = null } = found;
        const scores = similarities.has(tab) ? found.scores : null;
        const doubts = others && found.scores;
        store.set('order', { ids, scores, groups, others, doubts, tab, generation });
        selection.keepShown();
        grid.toTop();
      }
    } catch (error) {
      sayError(error.message);
    }
  }

  #programOrder() {
    const values = { tab: this.tab };
    if (this.className) {
      values.class = this.className;
    }
    if (this.text) {
      values.text = this.text;
    }
    return getJson('/api/order', values);
  }

  #ownOrder() {
    const found = this.results[this.tab] ?? { ids: [], scores: null };
    const wanted = this.className ? store.classIndex(this.className) : -1;
    const text = this.text.toLowerCase();
    const isShown = id => (wanted < 0 || classOf(id) === wanted)
      && (text === '' || store.paths[id].toLowerCase().includes(text));
    const kept = [...found.ids.keys()].filter(at => isShown(found.ids[at]));
    return { ids: kept.map(at => found.ids[at]), scores: found.scores && kept.map(at => found.scores[at]) };
  }
}

const classOf = id => (store.labelOf(id) >= 0 ? store.labelOf(id) : store.predictionOf(id));

export const orders = new Orders();
