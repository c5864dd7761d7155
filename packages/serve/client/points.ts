import type { Headline, Snapshot, TrialRow } from '../src/protocol.js';
import { errorName, errorText, nameOf, plain } from './format.js';
import { student975 } from './student.js';

/** The quantity that is drawn by epoch. */
export type Measure = 'error' | 'nll' | 'loss';

/** The index of each quantity in a point of a curve. */
const PLACE = { error: 1, nll: 2, loss: 3 } as const;

/** A trial at one epoch. */
export interface Point {
  readonly row: TrialRow;
  readonly id: string;
  readonly epoch: number;
  /** The value in the form that is shown. */
  readonly value: number;
}

/** The seeds of one configuration at one epoch. */
export interface MeanPoint {
  readonly label: string;
  /** Name of the configuration. */
  readonly name: string;
  readonly epoch: number;
  readonly seeds: number;
  readonly mean: number;
  /** The 95 % confidence interval of the mean (Student t). */
  readonly low: number;
  readonly high: number;
}

/** Fewest seeds for an interval. With two, it would be 12.7 standard errors wide to each side, which is useless. */
export const FEWEST = 3;

/** @param log leaves out values that a logarithmic axis can't show */
export function pointsOf(row: TrialRow, measure: Measure, log: boolean, { factor }: Headline): Point[] {
  const scale = measure === 'error' ? factor : 1;
  return row.curve.flatMap((point): Point[] => {
    const value = point[PLACE[measure]];
    if (value === null || (log && value <= 0)) return [];
    return [{ row, id: row.id, epoch: point[0], value: value * scale }];
  });
}

const configurationOf = ({ label, variant }: TrialRow): string => `${label} ${variant}`.trim();

/** Groups trials by configuration: the trials of a group differ only in their seeds. */
export function bySeeds(rows: readonly TrialRow[]): TrialRow[][] {
  const groups = new Map<string, TrialRow[]>();
  for (const row of rows) {
    const own = groups.get(configurationOf(row));
    if (own) own.push(row);
    else groups.set(configurationOf(row), [row]);
  }
  return [...groups.values()];
}

/** Means and intervals over the seeds that reached an epoch, for epochs that at least {@link FEWEST} seeds reached. */
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

/** The name for an axis and a heading. */
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

/** The text of a value in a tip. */
export function measureText(measure: Measure, value: number, headline: Headline): string {
  return measure === 'error' ? errorText(value / headline.factor, headline) : `${plain(value)} nats`;
}
