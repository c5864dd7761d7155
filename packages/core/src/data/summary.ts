import type { DataPart, Dataset, TargetSpec } from './dataset.js';
import { sizeOf, type Shape } from '../network/shape.js';
import { exampleIndex } from './example-index.js';

/** What one part of a data set holds. Plain JSON. */
export interface PartSummary {
  readonly examples: number;
  /** Examples of each class, from class 0 to the last one; absent for real targets. */
  readonly byClass?: readonly number[];
  /** Smallest and largest real target; absent for classes, and where there are no examples. */
  readonly targets?: readonly [number, number];
  /** Smallest and largest feature, e.g. pixels 0 to 255; absent where there are no examples. */
  readonly features?: readonly [number, number];
  /** Examples that equal one before them, target and all; absent: none. */
  readonly repeated?: number;
  /** Test examples that are training examples too; absent: none. */
  readonly inTraining?: number;
}

/** What a data set holds, for those who do not have it at hand. Plain JSON. */
export interface DataSummary {
  readonly name: string;
  readonly inputShape: Shape;
  readonly target: TargetSpec;
  readonly train: PartSummary;
  readonly test: PartSummary;
}

/** Looks at every target and every feature twice: once for what they are, once for examples that stand there again. */
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
