import { formatDuration } from './duration.js';
import { estimateRemaining } from './eta.js';
import { sparkline } from './sparkline.js';
import { doneShare, totalTrials, type ProgressState, type RunningTrial } from './state.js';

const BAR = 10;
const SPARK = 8;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The live display: a line for each running trial, then the total. No line is wider than the screen and there are not
 * more lines than fit.
 */
export function progressLines(state: ProgressState, now: number, { columns, rows }: Size): string[] {
  const running = [...state.running.values()];
  const room = Math.max(0, rows - 3);
  const shown = running.length <= room ? running : running.slice(0, Math.max(0, room - 1));
  const name = Math.max(0, ...shown.map((trial) => nameOf(trial).length));
  const lines = shown.map((trial) => trialLine(trial, name, columns));
  if (shown.length < running.length) lines.push(`  and ${running.length - shown.length} more running`);
  return [...lines, totalLine(state, now)].map((line) => cut(line, columns));
}

export function nameOf({ label, variant }: { readonly label: string; readonly variant: string }): string {
  return variant === '' ? label : `${label} ${variant}`;
}

/** Pieces that a narrow screen leaves out, the first to go first. */
const DISPENSABLE = ['bar', 'loss', 'spark', 'seed'] as const;

function trialLine(trial: RunningTrial, width: number, columns: number): string {
  const { seed, epoch, epochs, phase, loss, validationErrors, attempt } = trial;
  const error = validationErrors.at(-1);
  const digits = String(epochs).length;
  const pieces = {
    name: `  ${nameOf(trial).padEnd(width)}`,
    seed: `seed ${seed}`,
    bar: bar(doneShare(trial)),
    epoch:
      phase === 'train'
        ? `epoch ${String(epoch).padStart(digits)}/${epochs}`
        : 'evaluating'.padEnd(7 + 2 * digits),
    loss: Number.isFinite(loss) ? `loss ${loss.toFixed(3)}` : '',
    error: error === undefined ? '' : `val. error ${percent(error)}`,
    spark: sparkline(validationErrors, SPARK),
    attempt: attempt > 1 ? `attempt ${attempt}` : '',
  };
  for (const name of DISPENSABLE) {
    if (joined(pieces).length < columns) break;
    pieces[name] = '';
  }
  return joined(pieces);
}

function joined(pieces: Readonly<Record<string, string>>): string {
  return Object.values(pieces)
    .filter((piece) => piece !== '')
    .join('  ');
}

/** One line about all of it. */
export function totalLine(state: ProgressState, now: number): string {
  const ended = state.done + state.kept + state.stoppedEarly + state.failed;
  const remaining = estimateRemaining(state, now);
  return [
    `${ended}/${totalTrials(state)} trials`,
    ...(state.kept > 0 ? [`${state.kept} from before`] : []),
    ...(state.stoppedEarly > 0 ? [`${state.stoppedEarly} stopped early`] : []),
    ...(state.failed > 0 ? [`${state.failed} failed`] : []),
    `${formatDuration(now - state.startedAt)} so far`,
    ...(remaining === undefined || remaining === 0 ? [] : [`about ${formatDuration(remaining)} left`]),
  ].join(', ');
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}

function bar(share: number): string {
  const full = Math.round(share * BAR);
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

/** The last column stays free: a full line makes some terminals wrap. */
function cut(line: string, columns: number): string {
  const width = Math.max(1, columns - 1);
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}
