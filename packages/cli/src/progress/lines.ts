import { errorText, type MetricSpec } from '@bbb/core';
import { inColumns } from '../io/columns.js';
import { plainLine } from '../io/plain-text.js';
import { formatDuration } from './duration.js';
import { estimateRemaining, trialRemaining, type Remaining } from './eta.js';
import { sparkline } from './sparkline.js';
import { doneShare, totalTrials, type ProgressState, type RunningTrial } from './state.js';

const BAR = 10;
const SPARK = 8;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The live display: a table of the running trials, then the total. It fits the screen: no line is too wide, and there are not
 * too many lines.
 */
export function progressLines(state: ProgressState, now: number, { columns, rows }: Size): string[] {
  const running = [...state.running.values()];
  // Rows other than trials: the headings, the total, and the line of the cursor.
  const room = Math.max(0, rows - 4);
  const shown = running.length <= room ? running : running.slice(0, Math.max(0, room - 1));
  const lines = shown.length === 0 ? [] : tableLines(state, shown, now, columns);
  if (shown.length < running.length) lines.push(`  and ${running.length - shown.length} more running`);
  return [...lines, totalLine(state, now)].map((line) => cut(plainLine(line), columns));
}

export function nameOf({ label, variant }: { readonly label: string; readonly variant: string }): string {
  return variant === '' ? label : `${label} ${variant}`;
}

interface Column {
  readonly head: string | ((headline: MetricSpec) => string);
  readonly right?: true;
  /** On a narrow screen, columns with the lowest worth are left out first. */
  readonly worth: number;
  /** Whether the column has content. Default: always. */
  readonly shown?: (trials: readonly RunningTrial[]) => boolean;
  readonly cell: (trial: RunningTrial, state: ProgressState, now: number) => string;
}

const ALWAYS = Infinity;

const COLUMNS: readonly Column[] = [
  { head: 'trial', worth: 3, cell: ({ id }) => id },
  { head: 'method', worth: ALWAYS, cell: nameOf },
  { head: 'seed', worth: 7, right: true, cell: ({ seed }) => String(seed) },
  { head: 'done', worth: 1, cell: (trial) => bar(doneShare(trial)) },
  {
    head: 'epoch',
    worth: ALWAYS,
    right: true,
    cell: ({ phase, epoch, epochs }) => (phase === 'train' ? `${epoch}/${epochs}` : 'eval'),
  },
  {
    head: 'loss',
    worth: 2,
    right: true,
    cell: ({ loss }) => (Number.isFinite(loss) ? loss.toFixed(3) : ''),
  },
  {
    head: ({ error }) => `val. ${error}`,
    worth: ALWAYS,
    right: true,
    cell: ({ validationErrors }, { headline }) => {
      const error = validationErrors.at(-1);
      return error === undefined ? '' : errorText(headline, error);
    },
  },
  {
    head: '',
    worth: 5,
    cell: ({ validationErrors }) => sparkline(validationErrors, SPARK).padEnd(SPARK),
  },
  {
    head: 'threads',
    worth: 2.5,
    right: true,
    cell: ({ threads }) => String(threads),
    shown: (trials) => trials.some(({ threads }) => threads > 1),
  },
  { head: 'try', worth: 4, right: true, cell: ({ attempt }) => String(attempt) },
  {
    head: 'left',
    worth: 6,
    right: true,
    cell: (trial, state, now) => {
      const left = trialRemaining(state, trial, now);
      return left === undefined ? '' : `${left.atLeast ? '>' : ''}${formatDuration(left.seconds)}`;
    },
  },
];

function headText({ head }: Column, { headline }: ProgressState): string {
  return typeof head === 'string' ? head : head(headline);
}

/** The table with as many columns as fit. */
function tableLines(
  state: ProgressState,
  trials: readonly RunningTrial[],
  now: number,
  columns: number,
): string[] {
  const filled = COLUMNS.filter(({ shown }) => shown?.(trials) ?? true).map((column) => ({
    ...column,
    cells: [headText(column, state), ...trials.map((trial) => column.cell(trial, state, now))],
  }));
  for (let least = 0; ; least++) {
    const kept = filled.filter(({ worth }) => worth > least);
    const rows = kept[0]!.cells.map((_, row) => kept.map(({ cells }) => cells[row]!));
    const right = kept.flatMap((column, i) => (column.right ? [i] : []));
    const lines = inColumns(rows, right).map((line) => `  ${line}`);
    if (kept.every(({ worth }) => worth === ALWAYS) || lines.every((line) => line.length < columns))
      return lines;
  }
}

/** One line about the whole sweep. */
export function totalLine(state: ProgressState, now: number): string {
  const ended = state.done + state.kept + state.stoppedEarly + state.failed;
  const remaining = estimateRemaining(state, now);
  return [
    `${ended}/${trialsText(totalTrials(state))}`,
    ...(state.kept > 0 ? [`${state.kept} from before`] : []),
    ...(state.stoppedEarly > 0 ? [`${state.stoppedEarly} stopped early`] : []),
    ...(state.failed > 0 ? [`${state.failed} failed`] : []),
    `${formatDuration(now - state.startedAt)} so far`,
    ...leftText(remaining),
  ].join(', ');
}

function leftText(left: Remaining | undefined): string[] {
  if (!left || left.seconds === 0) return [];
  return [`${left.atLeast ? 'more than' : 'about'} ${formatDuration(left.seconds)} left`];
}

export function trialsText(count: number): string {
  return count === 1 ? '1 trial' : `${count} trials`;
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}

function bar(share: number): string {
  const full = Math.round(share * BAR);
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

/** The last column of the screen stays free, because a full line makes some terminals wrap. */
function cut(line: string, columns: number): string {
  const width = Math.max(1, columns - 1);
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}
