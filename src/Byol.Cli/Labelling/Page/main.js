// Puts the page together: follows the program's state, and loads images and rows as they come.
import { store } from './store.js';
import { getJson } from './api.js';
import { follow } from './connection.js';
import { orders } from './orders.js';
import { buildTabs, isTouch } from './tabs.js';
import { buildClasses } from './classes.js';
import { buildMap } from './map.js';
import { buildOutput } from './output.js';
import { focusGrid, grid } from './grid.js';
import { watchKeys } from './keyboard.js';
import { watchPointer } from './band.js';
import { watchPreview } from './preview.js';
import { watchImages } from './search.js';
import { showAgreement } from './agreement.js';
import { say, sayError, showConnected, showLost, showRefused, showState } from './status.js';

const typingMilliseconds = 250;
let isLoadingRows = false;

buildTabs();
buildClasses();
buildMap();
buildOutput();
watchKeys();
watchPointer();
watchPreview();
watchImages();
watchControls();
store.on('state', () => {
  showState();
  showAgreement();
  update();
});
follow({
  onState: state => {
    showConnected();
    store.update(state);
  },
  onLost: showLost,
  onRefused: showRefused,
});

async function update() {
  if (store.state.phase !== 'ready' || isLoadingRows) {
    return;
  }
  isLoadingRows = true;
  try {
    if (store.paths.length === 0) {
      await start();
    }
    await loadRows();
  } catch (error) {
    sayError(error.message);
  } finally {
    isLoadingRows = false;
  }
}

async function start() {
  say('Loading the images …');
  store.paths = (await getJson('/api/images')).paths;
  await orders.open(store.state.labelled === 0 && store.state.proposal.length > 0 ? 'proposal' : 'all');
  if (!isTouch) {
    focusGrid();
  }
}

// Until the rows are those of the newest state.
async function loadRows() {
  while (store.rows.generation < store.state.generation) {
    const rows = await getJson('/api/rows', { generation: store.state.generation });
    if (rows.generation >= store.state.generation) {
      store.set('rows', rows);
      if (store.order.ids.length === 0) {
        await orders.load();
      }
    }
  }
}

function watchControls() {
  const size = document.getElementById('size');
  size.addEventListener('input', () => grid.resize(Number(size.value)));
  const text = document.getElementById('path-text');
  let typing = 0;
  text.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => store.isReady && orders.filter({ text: text.value.trim() }), typingMilliseconds);
  });
}
