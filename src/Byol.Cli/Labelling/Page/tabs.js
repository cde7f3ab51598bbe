// The row of tabs, the chips of the filters, and what is said where a tab has no images.
import { store } from './store.js';
import { selection } from './selection.js';
import { orders, tabs } from './orders.js';
import { images } from './labelling.js';
import { chooseImage, query } from './search.js';

export const isTouch = matchMedia('(hover: none)').matches;
const row = document.getElementById('tabs');
const filters = document.getElementById('filters');
const empty = document.getElementById('empty');

export function buildTabs() {
  for (const { name, title, help } of tabs) {
    const tab = document.createElement('button');
    Object.assign(tab, { id: `tab-${name}`, type: 'button', role: 'tab', textContent: title, title: help ?? '' });
    tab.setAttribute('aria-controls', 'panel');
    tab.addEventListener('click', () => orders.open(name));
    row.append(tab);
  }
  row.addEventListener('keydown', moveAlong);
  document.getElementById('sort-again').addEventListener('click', () => orders.load());
  store.on('order state rows', showTabs);
  store.on('order', showFilters);
  store.on('order selection state', showCounts);
}

function moveAlong(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const shown = [...row.children].filter(tab => !tab.hidden);
  const at = shown.indexOf(document.activeElement);
  if (step && at >= 0) {
    const next = shown[(at + step + shown.length) % shown.length];
    next.focus();
    next.click();
  }
}

function showTabs() {
  const { state } = store;
  for (const { name } of tabs) {
    const tab = document.getElementById(`tab-${name}`);
    const isOpen = name === orders.tab;
    tab.setAttribute('aria-selected', isOpen);
    tab.tabIndex = isOpen ? 0 : -1;
    tab.hidden = !isOpen && isUnused(name);
    if (isOpen) {
      document.getElementById('panel').setAttribute('aria-labelledby', tab.id);
      tab.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    }
  }
  document.getElementById('sort-again').hidden = !store.isReady || !orders.isStale;
  empty.hidden = !store.isReady || store.order.ids.length > 0;
  if (!empty.hidden) {
    showEmpty();
  }
  document.getElementById('hint').textContent = hint(state);
  document.getElementById('hint').hidden = !store.isReady || hint(state) === '';
}

const isUnused = name => (name === 'proposal' && store.state.proposal.length === 0)
  || (name === 'lasso' && !orders.results.lasso);

function hint({ classes, labelled, classifier }) {
  if (labelled === 0) {
    const how = isTouch ? 'tap them' : 'click, Shift-click, or draw a frame';
    return `Select images of one class (${how}), type its name and press Enter; `
      + 'with two classes the classifier starts to predict the rest.';
  }
  return !classifier && classes.filter(entry => entry.count > 0).length < 2
    ? 'Now label images of a second class, and the classifier starts to predict the rest.'
    : '';
}

function showEmpty() {
  const isFiltered = orders.className || orders.text;
  const needsClassifier = ['unsure', 'sure', 'doubtful'].includes(orders.tab) && !store.state.classifier;
  const isUnasked = orders.tab === 'similar' && !orders.results.similar;
  const text = needsClassifier ? 'Nothing is predicted yet: label images of two classes first.'
    : isFiltered && !isUnasked ? 'No image here fits the filter.'
      : {
        similar: 'Press L on an image, or drop, paste or choose one, to see the images most like it.',
        doubtful: 'The classifier agrees with all labels.',
        duplicates: 'No two images are nearly the same.',
        unlabelled: 'All images are labelled.',
        unsure: 'All images are labelled.',
        sure: 'All images are labelled.',
      }[orders.tab] ?? 'There are no images here.';
  empty.replaceChildren(paragraph(text));
  if (isUnasked) {
    empty.append(button('Choose an image …', chooseImage));
  }
}

function showFilters() {
  filters.replaceChildren();
  if (orders.tab === 'similar' && query.text) {
    const picture = document.createElement('img');
    Object.assign(picture, { src: query.source, alt: '' });
    filters.append(picture, `Most like ${query.text}`, button('Choose another image …', chooseImage));
  }
  if (orders.className) {
    filters.append(chip(`class ${orders.className}`, () => orders.filter({ className: '' })));
  }
  if (orders.text) {
    filters.append(chip(`path has “${orders.text}”`, () => {
      document.getElementById('path-text').value = '';
      orders.filter({ text: '' });
    }));
  }
}

function showCounts() {
  if (!store.isReady) {
    return;
  }
  const { unreadable, labelled, elsewhere, labelsFile } = store.state;
  const broken = unreadable > 0 ? `, ${images(unreadable)} left out (unreadable, or a link out of the folder)` : '';
  const others = elsewhere > 0 ? `, labels of ${images(elsewhere)} that are not in this folder` : '';
  const counts = document.getElementById('counts');
  counts.textContent =
    `${images(store.order.ids.length)} here, ${labelled.toLocaleString('en')} labelled${others}${broken}`;
  counts.title = `Labels are in ${labelsFile}`;
  document.getElementById('selected').textContent =
    selection.size > 0 ? `${selection.size.toLocaleString('en')} selected` : '';
  document.getElementById('clear-label').hidden = !selection.targets.some(id => store.labelOf(id) >= 0)
    || selection.size === 0;
}

function paragraph(text) {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}

function button(text, onClick) {
  const element = document.createElement('button');
  Object.assign(element, { type: 'button', textContent: text });
  element.addEventListener('click', onClick);
  return element;
}

function chip(text, onClose) {
  const element = button(`${text} ✕`, onClose);
  element.className = 'chip';
  element.setAttribute('aria-label', `Remove the filter: ${text}`);
  return element;
}
