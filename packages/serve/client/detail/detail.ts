import type { Snapshot, TrialDetail, TrialRow } from '../../src/protocol.js';
import { byId, elementOf, make } from '../dom.js';
import { duration, errorText, nameOf, STATES } from '../format.js';
import type { View } from '../state.js';
import { detailCurve } from './curve.js';
import { pruningTable } from './pruning.js';
import { configurationTable } from './configuration.js';

export interface Detail {
  readonly open: (id: string) => void;
  /** Shows the new state of the open trial. */
  readonly draw: (view: View) => void;
}

const HASH = /^#trial=([0-9a-f]{16})$/;

/** Shows one trial with all its details, over the page. Its address is `#trial=<id>`. */
export function createDetail(): Detail {
  const dialog = elementOf('detail', HTMLDialogElement);
  let view: View | undefined;
  let opened: string | undefined;
  let drawn: TrialRow | undefined;

  const draw = async (): Promise<void> => {
    const row = view?.snapshot.trials.find(({ id }) => id === opened);
    if (!row || row === drawn) return;
    drawn = row;
    const detail = await fetchDetail(row.id);
    // The user has opened another trial since.
    if (row !== drawn || !view) return;
    byId('detail-title').textContent = `${nameOf(row)}, seed ${row.seed}`;
    byId('detail-body').replaceChildren(...bodyOf(row, detail, view.snapshot));
    if (!dialog.open) dialog.showModal();
  };
  const open = (id: string): void => {
    opened = id;
    drawn = undefined;
    history.replaceState(null, '', `#trial=${id}`);
    void draw();
  };
  dialog.addEventListener('close', () => {
    opened = undefined;
    history.replaceState(null, '', location.pathname);
  });
  // A click beside the dialog closes it.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  const follow = (): void => {
    const id = HASH.exec(location.hash)?.[1];
    if (id !== undefined) open(id);
  };
  window.addEventListener('hashchange', follow);
  follow();
  return {
    open,
    draw(next) {
      view = next;
      void draw();
    },
  };
}

async function fetchDetail(id: string): Promise<TrialDetail | string> {
  try {
    const response = await fetch(`api/trials/${id}`);
    return response.ok ? ((await response.json()) as TrialDetail) : await response.text();
  } catch {
    return 'The server does not answer.';
  }
}

function bodyOf(
  row: TrialRow,
  detail: TrialDetail | string,
  { methods, curve, headline: expected }: Snapshot,
): Node[] {
  if (typeof detail === 'string') return [make('p', { className: 'warn' }, detail)];
  const { trial, epochs, result } = detail;
  const headline = result?.headline ?? expected;
  const method = methods.find(({ label }) => label === row.label)!;
  const facts: [string, string][] = [
    ['State', stateOf(row, detail)],
    [
      'Epochs',
      `${row.epoch} of ${row.epochs}${result?.bestEpoch ? `, the best is ${result.bestEpoch}` : ''}`,
    ],
    [`Validation ${headline.error}`, errorText(row.validationError, headline)],
    [`Test ${headline.error}`, errorText(row.testError, headline)],
    ['Time', duration(row.seconds)],
    ['Attempts', String(row.attempts)],
    ...(result
      ? ([
          ['Weights', result.parameters.toLocaleString('en')],
          ['Ran on', result.ranOn],
        ] as [string, string][])
      : []),
    ['Id', row.id],
  ];
  return [
    make('dl', {}, ...facts.flatMap(([term, text]) => [make('dt', {}, term), make('dd', {}, text)])),
    ...(epochs.length > 0
      ? [make('h3', {}, 'Training'), detailCurve(epochs, method, { curve, headline })]
      : []),
    ...(result ? [make('h3', {}, 'Pruned networks'), pruningTable(result)] : []),
    make('h3', {}, 'Configuration'),
    configurationTable(trial),
  ];
}

function stateOf({ state, error }: TrialRow, { stopped, failure, epochs }: TrialDetail): string {
  if (stopped) {
    const { scheduler, epoch } = stopped;
    const further = epochs.length > epoch ? `, while epoch ${epochs.length} was under way` : '';
    return `stopped early by ${scheduler} after epoch ${epoch}${further}: it was not pruned, and no mean of the report counts it`;
  }
  if (failure) return `${failure.kind}: ${failure.message}`;
  return error === null ? STATES[state] : `${STATES[state]}: ${error}`;
}
