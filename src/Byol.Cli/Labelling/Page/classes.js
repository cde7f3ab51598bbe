// The side panel: the classes with their counts and keys, the box that names a class, and the filter by class.
import { store } from './store.js';
import { orders } from './orders.js';
import { label } from './labelling.js';
import { classColour } from './colours.js';
import { focusGrid } from './grid.js';
import { digitOf, digits, giveDigit } from './digits.js';
import { say } from './status.js';
import { selection } from './selection.js';

const list = document.getElementById('classes');
const name = document.getElementById('name');
const newClass = document.getElementById('new-class');
const rows = new Map();

const template = document.createElement('template');
template.innerHTML = `
  <li>
    <button type="button" class="class"><kbd></kbd><i></i><span class="class-name"></span></button>
    <button type="button" class="class-count" aria-pressed="false"></button>
  </li>`;

export function buildClasses() {
  document.getElementById('name-form').addEventListener('submit', event => {
    event.preventDefault();
    giveTypedName();
  });
  name.addEventListener('input', showClasses);
  name.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      list.querySelector('li:not([hidden]) .class')?.focus();
    } else if (event.key === 'Escape') {
      name.value = '';
      showClasses();
      focusGrid();
    }
  });
  list.addEventListener('keydown', moveAlong);
  document.getElementById('clear-label').addEventListener('click', () => label(null));
  store.on('state order', showClasses);
  store.on('selection', showTarget);
}

// The class of a digit key, where there is one.
export function labelByKey(digit) {
  const className = digits()[digit];
  if (className) {
    label(className);
  } else {
    say(`No class has the key ${digit} yet.`);
  }
}

function giveTypedName() {
  const typed = name.value.trim();
  if (typed === '') {
    return;
  }
  const known = store.state.classes.find(entry => entry.name.toLowerCase() === typed.toLowerCase());
  label(known?.name ?? typed);
  name.value = '';
  showClasses();
  focusGrid();
}

function showClasses() {
  const { classes } = store.state;
  const typed = name.value.trim().toLowerCase();
  const names = new Set(classes.map(entry => entry.name));
  for (const [known, row] of rows) {
    if (!names.has(known)) {
      row.remove();
      rows.delete(known);
    }
  }
  const keys = digits();
  classes.forEach((entry, index) => showClass(entry, index, typed, digitOf(entry.name, keys)));
  const isNew = typed !== '' && !classes.some(entry => entry.name.toLowerCase() === typed);
  newClass.hidden = !isNew;
  newClass.textContent = isNew ? `Enter makes the class “${name.value.trim()}”.` : '';
}

function showClass({ name: className, count }, index, typed, key) {
  const row = rows.get(className) ?? addRow(className);
  row.hidden = !className.toLowerCase().includes(typed);
  row.style.setProperty('--class', classColour(index));
  row.querySelector('kbd').textContent = key;
  row.querySelector('.class').setAttribute('aria-keyshortcuts', key);
  const filter = row.querySelector('.class-count');
  filter.textContent = count.toLocaleString('en');
  filter.setAttribute('aria-label', `Show only ${className}, ${count} labelled`);
  filter.setAttribute('aria-pressed', orders.className === className);
  if (list.children[index] !== row) {
    list.insertBefore(row, list.children[index] ?? null);
  }
}

function addRow(className) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.querySelector('.class-name').textContent = className;
  row.querySelector('.class').title = `Label the selection ${className}`;
  row.querySelector('.class').addEventListener('click', () => {
    label(className);
    focusGrid();
  });
  row.querySelector('.class-count').title = `Show only ${className}`;
  row.querySelector('.class-count').addEventListener('click', () =>
    orders.filter({ className: orders.className === className ? '' : className }));
  rows.set(className, row);
  return row;
}

function moveAlong(event) {
  const digit = event.shiftKey && event.code.match(/^Digit([1-9])$/)?.[1];
  const row = document.activeElement.closest('li');
  if (digit && row) {
    event.preventDefault();
    giveDigit(row.querySelector('.class-name').textContent, digit);
    showClasses();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const shown = [...list.querySelectorAll('li:not([hidden]) .class')];
    const at = shown.findIndex(button => button.parentElement.contains(document.activeElement)) + step;
    (at < 0 ? name : shown[Math.min(at, shown.length - 1)]).focus();
  }
}

function showTarget() {
  const count = selection.size;
  document.getElementById('name-label').textContent = count > 1 ? `Label the ${count.toLocaleString('en')} selected`
    : 'Label the selection';
}
