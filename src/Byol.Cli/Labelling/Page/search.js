// Search by image: like a tile, or like an image that is dropped, pasted or chosen.
import { store } from './store.js';
import { getJson, postBytes } from './api.js';
import { orders } from './orders.js';
import { say, sayError } from './status.js';
import { thumbnailAddress } from './thumbnails.js';

// As the program takes.
const mostBytes = 20_000_000;
const picture = document.getElementById('picture');
const drop = document.getElementById('drop');

// What was searched for last: its words and its small image.
export const query = { text: '', source: '' };

export function likeImage(id) {
  return search(store.paths[id], thumbnailAddress(id), () => getJson(`/api/similar/${id}`));
}

export function chooseImage() {
  picture.click();
}

export function watchImages() {
  picture.addEventListener('change', () => {
    likeFile(picture.files[0], picture.files[0]?.name);
    picture.value = '';
  });
  document.addEventListener('paste', event => {
    const file = [...event.clipboardData.files].find(isImage);
    if (file) {
      event.preventDefault();
      likeFile(file, 'the pasted image');
    }
  });
  document.addEventListener('dragover', event => {
    if (event.dataTransfer.types.includes('Files')) {
      event.preventDefault();
      drop.hidden = false;
    }
  });
  document.addEventListener('dragleave', event => {
    drop.hidden = drop.hidden || event.relatedTarget === null;
  });
  document.addEventListener('drop', event => {
    event.preventDefault();
    drop.hidden = true;
    const [file] = event.dataTransfer.files;
    likeFile(file, file?.name);
  });
}

const isImage = file => file.type.startsWith('image/');

function likeFile(file, name) {
  if (!file || !store.isReady) {
    return;
  }
  if (file.size > mostBytes) {
    sayError(`${name} has more than 20 MB.`);
    return;
  }
  search(name, URL.createObjectURL(file), () => postBytes('/api/similar', file));
}

// The newest search is the one that is answered.
let searches = 0;

async function search(text, source, ask) {
  const number = ++searches;
  say(`Searching for images like ${text} …`);
  try {
    const found = await ask();
    if (number !== searches) {
      URL.revokeObjectURL(source);
      return;
    }
    URL.revokeObjectURL(query.source);
    Object.assign(query, { text, source });
    await orders.show('similar', found);
    say(`The ${found.ids.length.toLocaleString('en')} images most like ${text}.`);
  } catch (error) {
    URL.revokeObjectURL(source);
    sayError(error.message);
  }
}
