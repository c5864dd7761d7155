import type { SweepRow } from '../src/protocol.js';
import { byId, make, setText } from './dom.js';

/** Milliseconds between two readings of the list. */
const EVERY = 3000;

/** Most methods that are named. More are only counted. */
const NAMED = 6;

const body = document.querySelector('#sweeps tbody')!;

/** Shows the list of a folder of sweeps, and reads it repeatedly while the page is visible. */
async function look(): Promise<void> {
  try {
    const response = await fetch('api/sweeps');
    if (!response.ok) throw new Error(await response.text());
    show((await response.json()) as SweepRow[]);
    byId('problem').hidden = true;
  } catch (error) {
    byId('problem').textContent = `The list can't be read: ${(error as Error).message}`;
    byId('problem').hidden = false;
  }
}

let shown = '';

function show(rows: readonly SweepRow[]): void {
  const running = rows.filter(({ state }) => state === 'running').length;
  setText('count', `${rows.length} ${rows.length === 1 ? 'sweep' : 'sweeps'}, ${running} running`);
  // Do not redraw an unchanged list: it would take the focus from a link.
  const next = JSON.stringify(rows);
  if (next === shown) return;
  shown = next;
  body.replaceChildren(...rows.map(rowOf));
}

function rowOf({ name, state, date, ended, trials, methods, data, problem }: SweepRow): HTMLElement {
  const link = make('a', { href: `sweeps/${encodeURIComponent(name)}/` }, name);
  const heading = make(
    'th',
    { className: 'left', scope: 'row', role: 'rowheader' },
    state === 'unreadable' ? name : link,
  );
  if (problem !== null) {
    return make('tr', {}, heading, make('td', { className: 'left', colSpan: 5 }, `unreadable: ${problem}`));
  }
  const cell = (label: string, className: string, text: string): HTMLElement => {
    const made = make('td', { className }, text);
    made.dataset['label'] = label;
    made.setAttribute('role', 'cell');
    return made;
  };
  return make(
    'tr',
    { role: 'row' },
    heading,
    cell('state', `left ${state === 'running' ? 'running' : ''}`, state === 'running' ? 'live' : state),
    cell('trials', 'right', `${ended} of ${trials}`),
    cell('last trial ended', 'left', date ?? '–'),
    cell('methods', 'left', methods.length > NAMED ? `${methods.length} methods` : methods.join(', ')),
    cell('data', 'left', data),
  );
}

await look();
setInterval(() => {
  if (!document.hidden) void look();
}, EVERY);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void look();
});
