import {
  ACCURACY,
  headlineOf,
  type EpochMetrics,
  type PlannedTrial,
  type PredictionMetrics,
  type SweepData,
  type TrialResult,
} from '@bbb/core';
import { elapsed } from '../data/cost.js';
import { encodeEvents, type Event } from './events.js';

/** An event file and its path below TensorBoard's log folder. Each trial is a run. */
export interface EventFile {
  /** The path, with `/` between folders. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const SCALARS: readonly (readonly [string, (metrics: EpochMetrics) => number | undefined])[] = [
  ['train/nll', ({ trainNll }) => trainNll],
  ['train/error', ({ trainError }) => trainError],
  ['train/loss', ({ loss }) => loss],
  ['train/kl', ({ kl }) => kl],
  ['train/learning_rate', ({ learningRate }) => learningRate],
  ['train/mean_sigma', ({ meanSigma }) => meanSigma],
  ['validation/error', ({ validationError }) => validationError],
  ['validation/nll', ({ validationNll }) => validationNll],
];

/**
 * Event files of all finished trials. Wall time is training time, so that TensorBoard's "relative" axis shows training time.
 * @param data a sweep, as `readSweep` gives it
 */
export function tensorboardFiles(data: SweepData): EventFile[] {
  const planned = new Map(data.plan.map((entry) => [entry.id, entry]));
  return data.results.map((result) => {
    const { label = result.trial.method.use, variant = '' } = planned.get(result.id) ?? {};
    const { id } = result;
    const { seed } = result.trial;
    return {
      path: `${runFolder({ id, label, variant, seed })}/events.out.tfevents.0.bbb`,
      bytes: encodeEvents(trialEvents(result)),
    };
  });
}

/** The folder of a trial below TensorBoard's log folder, which shows it as the name of the run. */
export function runFolder({
  id,
  label,
  variant,
  seed,
}: Pick<PlannedTrial, 'id' | 'label' | 'variant' | 'seed'>): string {
  const run = [label, variant, `seed-${seed}`, id].filter(Boolean).join(' ');
  return run.replaceAll(/[^A-Za-z0-9.=_-]+/g, '_');
}

/** For a classifier the three usual metrics; for other networks all that their likelihood measures. */
function shownMetrics(result: TrialResult, metrics: PredictionMetrics): string[] {
  const { metric } = headlineOf(result);
  return metric === ACCURACY.metric ? [metric, 'nll', 'ece'] : Object.keys(metrics);
}

/**
 * Scalars by epoch; weights (and the signal-to-noise ratio, in dB) as histograms before and after training; test metrics
 * with the removed share, in thousandths, as the step.
 */
export function trialEvents(result: TrialResult): Event[] {
  const times = elapsed(result);
  const scalars = result.epochs.flatMap((metrics, i) => epochEvents(metrics, times[i]!));
  const rest = resultEvents(result, { start: 0, end: times.at(-1) ?? 0 });
  return [...scalars, ...rest].toSorted((a, b) => a.wallTime - b.wallTime);
}

/** The metrics of an epoch, with the epoch as the step. */
export function epochEvents(metrics: EpochMetrics, wallTime: number): Event[] {
  return SCALARS.flatMap(([tag, value]): Event[] => {
    const found = value(metrics);
    return found === undefined ? [] : [{ wallTime, step: metrics.epoch, tag, value: found }];
  });
}

/** The contents of a result besides its epochs. `start` and `end` of training are wall times in seconds. */
export function resultEvents(
  result: TrialResult,
  { start, end }: { readonly start: number; readonly end: number },
): Event[] {
  const last = result.epochs.at(-1)?.epoch ?? 0;
  const weights = result.weights.map(({ when, draw, histogram }): Event => {
    const at = when === 'initial' ? { wallTime: start, step: 0 } : { wallTime: end, step: last };
    return { ...at, tag: `weights/${draw}`, value: histogram };
  });
  const pruned = result.pruning.flatMap(({ pruner, share, evaluations }) =>
    evaluations.flatMap(({ predict, metrics }): Event[] => {
      const at = { wallTime: end, step: Math.round(share * 1000) };
      return shownMetrics(result, metrics).flatMap((name) => {
        const value = metrics[name];
        return value === undefined
          ? []
          : [{ ...at, tag: `removed_permille/${pruner}/${predict}/${name}`, value }];
      });
    }),
  );
  const snr: Event[] = result.snr
    ? [{ wallTime: end, step: last, tag: 'weights/snr_db', value: result.snr.histogram }]
    : [];
  return [...weights, ...snr, ...pruned];
}
