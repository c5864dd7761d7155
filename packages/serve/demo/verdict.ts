import type { ModelEntry } from '../src/demo/manifest.js';
import type { Threshold } from './models.js';

/** The network's results for one image. */
export interface Seen {
  readonly probabilities: readonly number[];
  /** A set of classes that contains the right one with the promised probability, the most probable class first. */
  readonly set?: readonly number[];
  readonly entropy: number;
}

export interface Verdict {
  readonly text: string;
  readonly why: string;
  /** Whether the network would rather not answer. */
  readonly unsure: boolean;
}

/** The network's answer in words. @param threshold threshold of the chosen risk; without it, any answer is given */
export function verdictOf(
  { probabilities, set, entropy }: Seen,
  classes: readonly string[],
  { level, unusual }: Pick<ModelEntry, 'level' | 'unusual'>,
  threshold?: Threshold,
): Verdict {
  const named = (which: readonly number[]): string => which.map((c) => classes[c]!).join(' or ');
  const best = probabilities.indexOf(Math.max(...probabilities));
  if (unusual !== undefined && entropy > unusual) {
    return {
      text: 'I don’t know',
      why: 'This is unlike the images that it was calibrated on: it is less sure than of 95 % of them.',
      unsure: true,
    };
  }
  if (threshold && probabilities[best]! < threshold.probability) {
    return {
      text: 'I don’t know',
      why: `Perhaps ${named([best])}, but at ${percent(probabilities[best]!, 1)}: answers below ${percent(threshold.probability, 1)} would be wrong too often for an error of ${riskText(threshold)}.`,
      unsure: true,
    };
  }
  if (!set)
    return {
      text: named([best]),
      why: 'This network was not calibrated: it makes no promise.',
      unsure: false,
    };
  if (set.length === 0) {
    return {
      text: `Perhaps ${named([best])}`,
      why: `No class is as probable as the right one is for ${percent(level ?? 0)} of images: its set of possible answers is empty.`,
      unsure: true,
    };
  }
  if (set.length === 1) {
    return {
      text: named(set),
      why: `Its set of possible answers has this one alone, and is right for ${percent(level ?? 0)} of images.`,
      unsure: false,
    };
  }
  return {
    text: set.length > 3 ? 'I don’t know' : named(set),
    why: `Its set of possible answers is ${named(set)}; such sets have the right one for ${percent(level ?? 0)} of images.`,
    unsure: set.length > 3,
  };
}

/** The risk of a threshold for people: `0.5 %`. */
export function riskText({ risk }: Threshold): string {
  return `${Number((100 * risk).toPrecision(3))} %`;
}

export function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}
