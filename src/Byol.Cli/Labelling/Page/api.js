// Requests to the program. An answer that refuses is a Refusal with its sentence; no answer at all is Unreachable.
const token = new URLSearchParams(location.search).get('token') ?? '';

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Unreachable extends Error {
  constructor() {
    super('The program does not answer.');
  }
}

export function address(path, values = {}) {
  const query = new URLSearchParams(values);
  query.set('token', token);
  return `${path}?${query}`;
}

export async function request(path, values, options) {
  let response;
  try {
    response = await fetch(address(path, values), options);
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Unreachable();
  }
  if (!response.ok) {
    throw new Refusal(response.status, await sentence(response));
  }
  return response;
}

export async function getJson(path, values, signal) {
  return (await request(path, values, { signal })).json();
}

export async function postJson(path, body) {
  const response = await request(path, {}, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  return response.json();
}

export async function postBytes(path, blob) {
  const response = await request(path, {}, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: blob,
  });
  return response.json();
}

async function sentence(response) {
  try {
    return (await response.json()).error ?? `The program answered ${response.status}.`;
  } catch {
    return `The program answered ${response.status}.`;
  }
}
