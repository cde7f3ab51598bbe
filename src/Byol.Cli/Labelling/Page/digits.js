// The digit keys of the classes: the first nine classes have them, unless the user gave them to others.
import { store } from './store.js';

const place = () => `byol label digits ${store.state.folder}`;
const given = () => JSON.parse(localStorage.getItem(place()) ?? '{}');

// Digit -> class name.
export function digits() {
  const names = store.state.classes.map(entry => entry.name);
  const own = Object.entries(given()).filter(([, name]) => names.includes(name));
  const taken = new Set(own.map(([, name]) => name));
  const keys = Object.fromEntries(own);
  const rest = names.filter(name => !taken.has(name));
  for (let digit = 1; digit <= 9; digit++) {
    keys[digit] ??= rest.shift();
  }
  return keys;
}

export function digitOf(name, keys) {
  return Object.keys(keys).find(digit => keys[digit] === name) ?? '';
}

export function giveDigit(name, digit) {
  const kept = Object.entries(given()).filter(([, other]) => other !== name);
  localStorage.setItem(place(), JSON.stringify({ ...Object.fromEntries(kept), [digit]: name }));
}
