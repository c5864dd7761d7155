import type { Message } from '../src/protocol.js';
import type { State } from './state.js';
import { byId } from './dom.js';

type Content<T extends Message['type']> = Omit<Extract<Message, { type: T }>, 'type'>;

/** Follows the server; the browser connects again by itself. */
export function follow(state: State): void {
  const live = byId('live');
  const problem = byId('problem');
  const source = new EventSource('/events');
  const on = <T extends Message['type']>(type: T, then: (content: Content<T>) => void): void =>
    source.addEventListener(type, ({ data }: MessageEvent<string>) => {
      problem.hidden = type !== 'problem';
      then(JSON.parse(data) as Content<T>);
    });

  on('snapshot', ({ snapshot }) => state.replace(snapshot));
  on('update', ({ update }) => state.merge(update));
  on('problem', ({ message }) => {
    problem.textContent = message;
  });
  source.addEventListener('open', () => {
    live.textContent = 'Live';
    live.dataset['state'] = 'live';
  });
  source.addEventListener('error', () => {
    const over = source.readyState === EventSource.CLOSED;
    live.textContent = over ? 'Not connected: load the page again' : 'Connection lost, trying again …';
    live.dataset['state'] = 'lost';
  });
}
