// Gives labels, undoes and redoes, one request after the other. "Saved" is said when the program has answered: it
// answers when the labels are on the disk.
import { store } from './store.js';
import { postJson } from './api.js';
import { selection } from './selection.js';
import { grid } from './grid.js';
import { say, sayError } from './status.js';

let last = Promise.resolve();

export const images = count => (count === 1 ? '1 image' : `${count.toLocaleString('en')} images`);

export function label(name) {
  const ids = selection.targets;
  if (ids.length === 0) {
    say('There is no image to label here.');
    return;
  }
  for (const id of ids) {
    store.pending.set(id, name);
  }
  say(`Saving ${images(ids.length)} …`);
  const selected = [...selection.ids];
  const { cursor } = selection;
  goOn(ids);
  send('/api/label', { ids, label: name }, () => {
    settle(ids, name);
    const done = images(ids.length);
    return name === null ? `Saved: label removed from ${done}.` : `Saved: ${done} labelled ${name}.`;
  }, () => {
    release(ids, name);
    if (selection.size === 0) {
      selection.replace(selected, cursor);
    }
  });
}

export function undo() {
  send('/api/undo', {}, () => 'Undone, and saved.');
}

export function redo() {
  send('/api/redo', {}, () => 'Redone, and saved.');
}

function send(path, body, onSaved, onFailed = () => {}) {
  last = last.then(async () => {
    try {
      store.update(await postJson(path, body));
      say(onSaved());
    } catch (error) {
      onFailed();
      store.tell('rows');
      sayError(`Not saved. ${error.message}`);
    }
  });
}

// The labels as the program now has them, until the rows of its next generation come.
function settle(ids, name) {
  const index = name === null ? -1 : store.classIndex(name);
  for (const id of ids) {
    store.rows.labels[id] = index;
  }
  release(ids, name);
  store.tell('rows');
}

function release(ids, name) {
  for (const id of ids) {
    if (store.pending.get(id) === name) {
      store.pending.delete(id);
    }
  }
}

// On to the image after the labelled ones; who labels one at a time finds the next one under the cursor.
function goOn(ids) {
  const labelled = new Set(ids);
  const after = store.order.ids.findLastIndex(id => labelled.has(id)) + 1;
  const position = Math.min(after, store.order.ids.length - 1);
  selection.replace([], position);
  grid.reveal(position);
}
