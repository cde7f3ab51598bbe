// Loads thumbnails of the tiles that are on the screen: few at once, decoded off the page's thread, dropped when their
// tile has scrolled past, and kept for a while when loaded.
import { address, request } from './api.js';

// Browsers open six connections to a host; events and labels need theirs.
const atOnce = 4;
const kept = 1500;
// A tile that stays for less than this has scrolled past, and asks for nothing.
const restMilliseconds = 40;

const bitmaps = new Map();
const waiting = new Map();
const loading = new Map();
let isResting = false;

export function loaded(id) {
  const bitmap = bitmaps.get(id);
  if (bitmap) {
    bitmaps.delete(id);
    bitmaps.set(id, bitmap);
  }
  return bitmap;
}

export function ask(id, onLoaded, onFailed) {
  waiting.delete(id);
  waiting.set(id, { onLoaded, onFailed });
  if (!isResting) {
    isResting = true;
    setTimeout(() => {
      isResting = false;
      next();
    }, restMilliseconds);
  }
}

// What another tile has asked for since stays.
export function forget(id, onLoaded) {
  if (waiting.get(id)?.onLoaded === onLoaded) {
    waiting.delete(id);
  }
  const load = loading.get(id);
  if (load?.onLoaded === onLoaded) {
    load.abort();
  }
}

function next() {
  while (loading.size < atOnce && waiting.size > 0) {
    const [[id, tile]] = waiting;
    waiting.delete(id);
    load(id, tile);
  }
}

async function load(id, { onLoaded, onFailed }) {
  const abort = Object.assign(new AbortController(), { onLoaded });
  loading.set(id, abort);
  try {
    const response = await request(`/api/thumb/${id}`, {}, { signal: abort.signal });
    keep(id, await createImageBitmap(await response.blob()));
    onLoaded();
  } catch (error) {
    if (error.name !== 'AbortError') {
      onFailed();
    }
  } finally {
    if (loading.get(id) === abort) {
      loading.delete(id);
    }
    next();
  }
}

function keep(id, bitmap) {
  bitmaps.get(id)?.close();
  bitmaps.set(id, bitmap);
  if (bitmaps.size > kept) {
    const [oldest] = bitmaps.keys();
    bitmaps.get(oldest).close();
    bitmaps.delete(oldest);
  }
}

export const thumbnailAddress = id => address(`/api/thumb/${id}`);
