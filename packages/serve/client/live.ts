import type { Message, Summary } from '../src/protocol.js';
import type { State } from './state.js';
import { byId } from './dom.js';

type Content<T extends Message['type']> = Omit<Extract<Message, { type: T }>, 'type'>;

/** The state of the page's connection to the server. */
type Connection = 'connecting' | 'open' | 'lost' | 'over';

/** Follows the server's events. The browser reconnects by itself. */
export function follow(state: State): void {
  const live = byId('live');
  const problem = byId('problem');
  let connection: Connection = 'connecting';
  let summary: Summary | undefined;
  const show = (): void => {
    const { text, look } = liveness(connection, summary);
    if (live.textContent !== text) live.textContent = text;
    live.dataset['state'] = look;
  };
  // The address is relative, because the page of one sweep among several is below /sweeps/NAME/.
  const source = new EventSource('events');
  const on = <T extends Message['type']>(type: T, then: (content: Content<T>) => void): void =>
    source.addEventListener(type, ({ data }: MessageEvent<string>) => {
      problem.hidden = type !== 'problem';
      then(JSON.parse(data) as Content<T>);
      show();
    });

  on('snapshot', ({ snapshot }) => {
    summary = snapshot.summary;
    state.replace(snapshot);
  });
  on('update', ({ update }) => {
    summary = update.summary;
    state.merge(update);
  });
  on('problem', ({ message }) => {
    problem.textContent = message;
  });
  source.addEventListener('open', () => {
    connection = 'open';
    show();
  });
  source.addEventListener('error', () => {
    connection = source.readyState === EventSource.CLOSED ? 'over' : 'lost';
    show();
  });
}

/** "Live" only if a process runs the sweep and the page is connected to the server. */
export function liveness(
  connection: Connection,
  summary: Pick<Summary, 'owner' | 'counts'> | undefined,
): { readonly text: string; readonly look: 'live' | 'idle' | 'lost' } {
  if (connection === 'over') return { text: 'Not connected: load the page again', look: 'lost' };
  if (connection === 'lost') return { text: 'Connection lost, trying again …', look: 'lost' };
  if (connection === 'connecting' || !summary) return { text: 'Connecting …', look: 'idle' };
  if (summary.owner) return { text: 'Live', look: 'live' };
  const open = summary.counts.waiting + summary.counts.running;
  return { text: open > 0 ? 'Not running' : 'Finished', look: 'idle' };
}
