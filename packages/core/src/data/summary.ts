import type { DataPart, Dataset, TargetSpec } from './dataset.js';
import type { Shape } from '../network/shape.js';

/** What one part of a data set holds. Plain JSON. */
export interface PartSummary {
  readonly examples: number;
  /** Examples of each class, from class 0 to the last one; absent for real targets. */
  readonly byClass?: readonly number[];
  /** Smallest and largest real target; absent for classes, and where there are no examples. */
  readonly targets?: readonly [number, number];
  /** Smallest and largest feature, e.g. pixels 0 to 255; absent where there are no examples. */
  readonly features?: readonly [number, number];
}

/** What a data set holds, for those who do not have it at hand. Plain JSON. */
export interface DataSummary {
  readonly name: string;
  readonly inputShape: Shape;
  readonly target: TargetSpec;
  readonly train: PartSummary;
  readonly test: PartSummary;
}

/** Looks at every target and every feature once. */
export function summarise({ name, inputShape, target, train, test }: Dataset): DataSummary {
  return { name, inputShape, target, train: summariseOne(train, target), test: summariseOne(test, target) };
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
