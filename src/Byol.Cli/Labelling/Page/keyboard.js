// The keys: those of the grid while it has the focus, and those of the page wherever nothing is typed.
import { store } from './store.js';
import { selection } from './selection.js';
import { grid } from './grid.js';
import { orders } from './orders.js';
import { label, redo, undo } from './labelling.js';
import { labelByKey } from './classes.js';
import { likeImage } from './search.js';
import { selectGroup } from './band.js';
import { showPreview } from './preview.js';
import { toggleMap } from './map.js';

const keys = [
  ['Arrows, Home, End, Page', 'move; with Shift, select on the way'],
  ['Space', 'select, or take out of the selection'],
  ['1 … 9', 'label the selection with the class of that digit'],
  ['Shift+1 … 9 on a class', 'give the class that digit'],
  ['N', 'name a class for the selection'],
  ['0, Delete', 'remove the label'],
  ['Ctrl+Z, Ctrl+Shift+Z', 'undo, redo'],
  ['L', 'images like this one'],
  ['G', 'select the group of near-duplicates'],
  ['Enter', 'show the image large'],
  ['Ctrl+A, Escape', 'select all, none'],
  ['R', 'sort again with the new labels'],
  ['M', 'map'],
  ['/', 'part of a path'],
  ['Ctrl+V', 'images like the copied one'],
];

const part = id => document.getElementById(id);
const current = () => store.order.ids[selection.cursor];

const pageKeys = {
  n: () => part('name').focus(),
  '/': () => part('path-text').focus(),
  m: toggleMap,
  r: () => orders.load(),
  l: () => current() !== undefined && likeImage(current()),
  g: () => selectGroup(selection.cursor),
  0: () => label(null),
  delete: () => label(null),
  backspace: () => label(null),
  '?': showKeys,
};

export function watchKeys() {
  for (const [key, text] of keys) {
    part('key-list').append(element('dt', key), element('dd', text));
  }
  part('keys').addEventListener('click', showKeys);
  part('undo').addEventListener('click', undo);
  part('redo').addEventListener('click', redo);
  document.addEventListener('keydown', onKey);
}

function showKeys() {
  part('key-help').showModal();
}

function onKey(event) {
  const isPreview = part('preview').open;
  const isTyping = event.target.matches('input:not([type=radio], [type=range])');
  if (!store.isReady || isTyping || event.altKey || (document.querySelector('dialog[open]') && !isPreview)) {
    return;
  }
  const isDone = event.ctrlKey || event.metaKey ? onControlKey(event)
    : onPageKey(event) || ((isPreview || event.target === part('grid')) && onGridKey(event));
  if (isDone) {
    event.preventDefault();
  }
}

function onControlKey(event) {
  const key = event.key.toLowerCase();
  if (key === 'z' || key === 'y') {
    (key === 'y' || event.shiftKey ? redo : undo)();
    return true;
  }
  if (key === 'a') {
    selection.all();
    return true;
  }
  return false;
}

function onPageKey(event) {
  if (/^[1-9]$/.test(event.key)) {
    labelByKey(Number(event.key));
    return true;
  }
  const act = pageKeys[event.key.toLowerCase()];
  act?.();
  return act !== undefined;
}

function onGridKey(event) {
  const to = target(event.key);
  if (to !== null) {
    const position = Math.max(0, Math.min(to, store.order.ids.length - 1));
    (event.shiftKey ? selection.extendTo(position) : selection.move(position));
    grid.reveal(position);
  } else if (event.key === ' ') {
    selection.toggle(selection.cursor);
  } else if (event.key === 'Enter') {
    showPreview();
  } else if (event.key === 'Escape' && !part('preview').open) {
    selection.clear();
  } else {
    return false;
  }
  return true;
}

function target(key) {
  const { cursor } = selection;
  switch (key) {
    case 'ArrowRight': return cursor + 1;
    case 'ArrowLeft': return cursor - 1;
    case 'ArrowDown': return cursor + grid.columns;
    case 'ArrowUp': return cursor - grid.columns;
    case 'PageDown': return cursor + grid.columns * grid.rowsOnScreen;
    case 'PageUp': return cursor - grid.columns * grid.rowsOnScreen;
    case 'Home': return 0;
    case 'End': return store.order.ids.length - 1;
    default: return null;
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
