// Save the classifier, export the labelled images: what was written, and the command to use it.
import { postJson } from './api.js';
import { images } from './labelling.js';
import { say, sayError } from './status.js';

const part = id => document.getElementById(id);

export function buildOutput() {
  part('save').addEventListener('click', () => write('save', 'Saving the classifier …', showSaved));
  part('export').addEventListener('click', () => write('export', 'Copying the labelled images …', showExported));
  part('result-copy').addEventListener('click', copy);
}

function showSaved({ command, sentence }) {
  showResult('The classifier is saved', `${sentence} This command predicts with it:`, command);
}

function showExported({ folder, copied, gone }) {
  const lost = gone > 0 ? `; ${images(gone)} no longer there` : '';
  const text = `${images(copied)} copied${lost}, a folder for each class, into:`;
  showResult('The labelled images are exported', text, folder);
}

async function write(what, text, show) {
  part(what).disabled = true;
  say(text);
  try {
    show(await postJson(`/api/${what}`));
    say('');
  } catch (error) {
    sayError(error.message);
  } finally {
    part(what).disabled = false;
  }
}

function showResult(title, text, command) {
  part('result-title').textContent = title;
  part('result-text').textContent = text;
  part('result-command').textContent = command;
  part('result-copy').textContent = 'Copy';
  part('result').showModal();
  part('result-copy').focus();
}

async function copy() {
  await navigator.clipboard.writeText(part('result-command').textContent);
  part('result-copy').textContent = 'Copied';
}
