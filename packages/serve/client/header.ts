import type { Summary } from '../src/protocol.js';
import { byId, make, setText } from './dom.js';
import { duration, STATES } from './format.js';
import type { View } from './state.js';

const ORDER = ['done', 'stopped-early', 'failed', 'diverged', 'running', 'waiting'] as const;

/** Shows the sweep's name, counts, time left and configuration. */
export function drawHeader({ snapshot: { name, dir, summary, config } }: View): void {
  document.title = `${name}: bbb`;
  setText('name', name);
  byId('name').title = dir;
  const states = ORDER.filter((state) => summary.counts[state] > 0);
  byId('progress').replaceChildren(
    ...states.map((state) => {
      const part = make('span', { className: state });
      part.style.flexGrow = String(summary.counts[state]);
      return part;
    }),
  );
  byId('counts').replaceChildren(
    ...states.map((state) =>
      make('li', { className: state }, make('b', {}, String(summary.counts[state])), ` ${STATES[state]}`),
    ),
  );
  setText('outlook', outlook(summary));
  setText('config', JSON.stringify(config, undefined, 2));
}

function outlook(summary: Summary): string {
  const { counts, data, unproposed, unread, owner } = summary;
  const open = counts.waiting + counts.running;
  const left = timeLeft(summary);
  return [
    owner ? `Run by process ${owner.pid} on ${owner.host}.` : 'Nobody is running it.',
    ...(open > 0 ? [`${open} to go, ${left}.`] : []),
    ...(unread > 0 ? [`${unread} results are still being read.`] : []),
    ...(unproposed > 0 ? [`${unproposed} more will be proposed.`] : []),
    `Data: ${data}.`,
  ].join(' ');
}

function timeLeft({ etaSeconds, fromEpochs, workers }: Summary): string {
  if (etaSeconds === null) return 'time left: not known before the first epoch is done';
  const time = `${duration(Math.max(1, Math.round(etaSeconds)))} left with ${workers} at a time`;
  if (fromEpochs === null) return `about ${time}`;
  return `more than ${time}, going by ${fromEpochs === 1 ? 'one epoch' : `${fromEpochs} epochs`}`;
}
