// Follows the program's state by server-sent events, and finds it again after the connection was lost.
import { address, getJson, Refusal } from './api.js';

const retryMilliseconds = 1500;

export function follow({ onState, onLost, onRefused }) {
  const events = new EventSource(address('/api/events'));
  events.onmessage = message => onState(JSON.parse(message.data));
  events.onerror = () => {
    events.close();
    askAgain();
  };

  async function askAgain() {
    try {
      onState(await getJson('/api/state'));
      follow({ onState, onLost, onRefused });
    } catch (error) {
      if (error instanceof Refusal) {
        onRefused(error);
      } else {
        onLost();
        setTimeout(askAgain, retryMilliseconds);
      }
    }
  }
}
