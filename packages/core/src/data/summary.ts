import type { DataPart, Dataset, TargetSpec } from './dataset.js';
import { sizeOf, type Shape } from '../network/shape.js';
import { exampleIndex } from './example-index.js';

/** Summary of one part of a data set. Plain JSON. */
export interface PartSummary {
  readonly examples: number;
  /** Number of examples of each class. Absent for real targets. */
  readonly byClass?: readonly number[];
  /** Smallest and largest real target. Absent for classes, and without examples. */
  readonly targets?: readonly [number, number];
  /** Smallest and largest feature, e.g. 0 and 255 for pixels. Absent without examples. */
  readonly features?: readonly [number, number];
  /** Number of examples that equal an earlier one, including the target. Absent: none. */
  readonly repeated?: number;
  /** Number of test examples that are training examples, too. Absent: none. */
  readonly inTraining?: number;
}

/** Summary of a data set, for readers who do not have the data. Plain JSON. */
export interface DataSummary {
  readonly name: string;
  readonly inputShape: Shape;
  readonly target: TargetSpec;
  readonly train: PartSummary;
  readonly test: PartSummary;
}

/**
 * Summarises a data set. It reads all targets and features twice: for their ranges, and to find equal examples.
 * @param dataset the data set
 */
export function summarise({ name, inputShape, target, train, test }: Dataset): DataSummary {
  const { repeated, inTraining } = repeats(train, test, sizeOf(inputShape));
  return {
    name,
    inputShape,
    target,
    train: { ...summariseOne(train, target), ...(repeated > 0 ? { repeated } : {}) },
    test: { ...summariseOne(test, target), ...(inTraining > 0 ? { inTraining } : {}) },
  };
}

function repeats(train: DataPart, test: DataPart, size: number): { repeated: number; inTraining: number } {
  const index = exampleIndex(train.features, size, train.targets);
  let inTraining = 0;
  for (let row = 0; row < test.count; row++)
    if (index.has(test.features, row * size, test.targets[row])) inTraining++;
  return { repeated: index.repeated, inTraining };
}

function summariseOne({ features, targets, count }: DataPart, target: TargetSpec): PartSummary {
  return {
    examples: count,
    ...(target.kind === 'class' ? { byClass: countByClass(targets, target.classes) } : {}),
    ...(target.kind === 'real' && count > 0 ? { targets: range(targets) } : {}),
    ...(features.length > 0 ? { features: range(features) } : {}),
  };
}

function countByClass(labels: ArrayLike<number>, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++;
  return counts;
}

function range(values: ArrayLike<number>): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
