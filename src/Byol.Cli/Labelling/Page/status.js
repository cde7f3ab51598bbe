// The line at the foot, the notices above the images, and the page's phase.
import { store } from './store.js';
import { Remaining } from './remaining.js';

const part = id => document.getElementById(id);
const remaining = new Remaining();

export function say(text) {
  show(text, false);
}

export function sayError(text) {
  show(text, true);
}

function show(text, isError) {
  part('status').textContent = text;
  part('status').classList.toggle('error', isError);
}

// A notice stays until it is taken back.
export function notice(name, text, isError = false) {
  const id = `notice-${name}`;
  const element = part(id) ?? document.createElement('p');
  if (!text) {
    element.remove();
    return;
  }
  element.id = id;
  element.className = isError ? 'notice error' : 'notice';
  if (element.textContent !== text) {
    element.textContent = text;
  }
  if (!element.isConnected) {
    part('notices').append(element);
  }
}

export function showState() {
  const { state } = store;
  document.body.dataset.phase = state.phase;
  const name = state.folder.split(/[\\/]/).at(-1);
  part('folder').textContent = name;
  part('folder').title = `${state.folder}, embedded by ${state.model}; labels in ${state.labelsFile}`;
  document.title = `${name} · byol label`;
  part('undo').disabled = !state.canUndo;
  part('redo').disabled = !state.canRedo;
  notice('warning', state.warning);
  notice('failed', state.phase === 'failed' ? state.error : null, true);
  showProgress(state);
}

export function showLost() {
  const where = store.state?.labelsFile ? ` in ${store.state.labelsFile}` : '';
  notice('connection', 'The program was stopped or does not answer. All labels shown as saved are'
    + ` saved${where}. Start it again with the same command and open the address that it prints.`, true);
  document.body.dataset.connection = 'lost';
}

export function showRefused(error) {
  const text = error.status === 401 && store.state
    ? 'The program was started again, and has a new address: open the one that it printed.'
    : error.message;
  notice('connection', text, true);
  document.body.dataset.connection = 'refused';
}

export function showConnected() {
  notice('connection', null);
  document.body.dataset.connection = 'connected';
}

function showProgress({ phase, done, total, folder, model }) {
  part('progress').hidden = phase !== 'embedding';
  if (phase !== 'embedding') {
    return;
  }
  remaining.add(done, performance.now());
  part('progress-title').textContent = `Embedding the images of ${folder}`;
  part('progress-bar').max = Math.max(1, total);
  part('progress-bar').value = done;
  const text = total === 0
    ? 'Looking for images …'
    : `${done.toLocaleString('en')} of ${total.toLocaleString('en')} by ${model}, ${remaining.text(total)}.`;
  part('progress-text').textContent = `${text} This is done once: the embeddings are kept beside the labels.`;
}
