import type { PruningRow, ResultDetail } from '../../src/protocol.js';
import { make } from '../dom.js';
import { errorText } from '../format.js';

/** A table of all networks that were measured on the test set. */
export function pruningTable({ pruning: rows, headline }: ResultDetail): HTMLElement {
  // A regression has no confidence, so it has no ECE.
  const calibrated = rows.some(({ ece }) => ece !== null);
  const headers = ['pruned by', 'removed', 'zeros', 'predicted by', `test ${headline.error}`, 'NLL (nats)'];
  const cells = ({ pruner, share, zeros, predict, error, nll, ece }: PruningRow): string[] => [
    pruner,
    `${Number((share * 100).toPrecision(6))} %`,
    zeros.toLocaleString('en'),
    predict === 'mean' ? 'mean weights' : 'samples',
    errorText(error, headline),
    nll.toFixed(4),
    ...(calibrated ? [ece === null ? '' : ece.toFixed(4)] : []),
  ];
  const text = (i: number): string => (i === 0 || i === 3 ? 'left' : 'right');
  const head = make(
    'tr',
    {},
    ...[...headers, ...(calibrated ? ['ECE'] : [])].map((header, i) =>
      make('th', { scope: 'col', className: text(i) }, header),
    ),
  );
  const body = rows.map((row) =>
    make('tr', {}, ...cells(row).map((cell, i) => make('td', { className: text(i) }, cell))),
  );
  const table = make('table', {}, make('thead', {}, head), make('tbody', {}, ...body));
  return make(
    'div',
    { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: 'Pruned networks' },
    table,
  );
}
