import { defineDataset, fold, normals, rootKey, uniform, type DataPart, type Dataset } from '@bbb/core';
import { z } from 'zod';
import { partHashes, sharedFloats } from '../memory.js';
import { sineOfTurns } from './sine.js';

export const curveOptions = z.strictObject({
  examples: z.int().min(2).default(1024).describe('Training examples, x uniform in [0, 0.5].'),
  noise: z.number().min(0).default(0.02).describe('Standard deviation of e.'),
  seed: z.int().min(0).default(0).describe('Of the training examples.'),
});
export type CurveOptions = z.output<typeof curveOptions>;

/** Range of the training inputs. */
const CURVE_INSIDE = [0, 0.5] as const;
/** Range of the test inputs, as in the figure of the paper. */
const SHOWN = [-0.2, 1.2] as const;
const STEPS = 280;

/**
 * y = x + 0.3 sin(2 pi (x + e)) + 0.3 sin(4 pi (x + e)) + e
 * @param x any number
 * @param e the noise. Default: 0
 */
export function curveAt(x: number, e = 0): number {
  return x + 0.3 * sineOfTurns(x + e) + 0.3 * sineOfTurns(2 * (x + e)) + e;
}

/** The regression curve of the paper. Its test examples are a grid over [-0.2, 1.2] without noise; training covers only a part of this range. */
export const curve = defineDataset<CurveOptions>({
  description: 'A noisy curve, seen in [0, 0.5] and predicted in [-0.2, 1.2]: made here, nothing to read.',
  options: curveOptions,
  async load({ examples, noise, seed }): Promise<Dataset> {
    const key = fold(rootKey(seed), 'curve');
    const xs = uniform(fold(key, 'x'), examples, ...CURVE_INSIDE);
    const es = normals(fold(key, 'e'), examples);
    const train = part(examples, (i) => [xs[i]!, curveAt(xs[i]!, noise * es[i]!)]);
    const test = part(STEPS + 1, (i) => {
      const x = SHOWN[0] + ((SHOWN[1] - SHOWN[0]) * i) / STEPS;
      return [x, curveAt(x)];
    });
    return {
      name: 'curve',
      inputShape: [1],
      target: { kind: 'real', name: 'y' },
      train,
      test,
      sha256: { ...partHashes('train', train), ...partHashes('test', test) },
      source: 'made by formula',
    };
  },
});

function part(count: number, at: (i: number) => readonly [number, number]): DataPart {
  const features = sharedFloats(count);
  const targets = sharedFloats(count);
  for (let i = 0; i < count; i++) [features[i], targets[i]] = at(i);
  return { features, targets, count };
}
