// One image, large: it follows the cursor, and digits label it.
import { store } from './store.js';
import { selection } from './selection.js';
import { address } from './api.js';
import { focusGrid } from './grid.js';

const dialog = document.getElementById('preview');

export function showPreview() {
  if (!dialog.open && store.order.ids.length > 0) {
    dialog.showModal();
    update();
  }
}

export function watchPreview() {
  dialog.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => focusGrid());
  store.on('selection rows order', update);
}

function update() {
  const id = store.order.ids[selection.cursor];
  if (!dialog.open || id === undefined) {
    return;
  }
  const picture = document.getElementById('preview-image');
  const source = address(`/api/image/${id}`);
  if (picture.dataset.source !== source) {
    picture.dataset.source = source;
    picture.src = source;
    picture.alt = store.paths[id];
  }
  const predicted = store.predictionOf(id);
  document.getElementById('preview-text').textContent = [
    store.paths[id],
    store.labelName(id) && `labelled ${store.labelName(id)}`,
    predicted >= 0 && `predicted as ${store.className(predicted)}, ${store.rows.confidence[id]} %`,
  ].filter(Boolean).join(' · ');
}
