import type { Headline, Snapshot, TrialRow } from '../src/protocol.js';
import { errorName, errorText, nameOf, plain } from './format.js';
import { student975 } from './student.js';

/** What is drawn by epoch. */
export type Measure = 'error' | 'nll' | 'loss';

/** Its index in a point of a curve. */
const PLACE = { error: 1, nll: 2, loss: 3 } as const;

/** A trial at one epoch. */
export interface Point {
  readonly row: TrialRow;
  readonly id: string;
  readonly epoch: number;
  /** As it is shown. */
  readonly value: number;
}

/** The seeds of one configuration at one epoch. */
export interface MeanPoint {
  readonly label: string;
  /** Of the configuration. */
  readonly name: string;
  readonly epoch: number;
  readonly seeds: number;
  readonly mean: number;
  /** The 95 % confidence interval of the mean (Student t). */
  readonly low: number;
  readonly high: number;
}

/** From two seeds an interval is 12.7 standard errors wide to each side: it says nothing. */
export const FEWEST = 3;

/** @param log leaves out what a logarithmic axis has no place for */
export function pointsOf(row: TrialRow, measure: Measure, log: boolean, { factor }: Headline): Point[] {
  const scale = measure === 'error' ? factor : 1;
  return row.curve.flatMap((point): Point[] => {
    const value = point[PLACE[measure]];
    if (value === null || (log && value <= 0)) return [];
    return [{ row, id: row.id, epoch: point[0], value: value * scale }];
  });
}

const configurationOf = ({ label, variant }: TrialRow): string => `${label} ${variant}`.trim();

/** Trials by configuration: those that differ in their seeds alone. */
export function bySeeds(rows: readonly TrialRow[]): TrialRow[][] {
  const groups = new Map<string, TrialRow[]>();
  for (const row of rows) {
    const own = groups.get(configurationOf(row));
    if (own) own.push(row);
    else groups.set(configurationOf(row), [row]);
  }
  return [...groups.values()];
}

/** Means and intervals over the seeds that got as far as an epoch, of epochs that at least {@link FEWEST} reached. */
export function meansOf(group: readonly TrialRow[], points: readonly Point[]): MeanPoint[] {
  const byEpoch = new Map<number, number[]>();
  for (const { epoch, value } of points) byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
  const { label } = group[0]!;
  const name = nameOf(group[0]!);
  return [...byEpoch]
    .filter(([, values]) => values.length >= FEWEST)
    .toSorted(([a], [b]) => a - b)
    .map(([epoch, values]) => ({ label, name, epoch, seeds: values.length, ...intervalOf(values) }));
}

function intervalOf(values: readonly number[]): Pick<MeanPoint, 'mean' | 'low' | 'high'> {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = student975(n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}

/** What an axis and a heading are called. */
export function measureName(
  measure: Measure,
  { curve, headline }: Pick<Snapshot, 'curve' | 'headline'>,
): string {
  switch (measure) {
    case 'error':
      return errorName(curve, headline);
    case 'nll':
      return `${curve} NLL (nats)`;
    case 'loss':
      return 'training loss (nats)';
  }
}

/** A value as a tip shows it. */
export function measureText(measure: Measure, value: number, headline: Headline): string {
  return measure === 'error' ? errorText(value / headline.factor, headline) : `${plain(value)} nats`;
}
