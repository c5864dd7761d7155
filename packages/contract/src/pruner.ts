import assert from 'node:assert/strict';
import {
  fold,
  parseOptions,
  rootKey,
  selectKeep,
  uniform,
  type PrunerDefinition,
  type WeightPosterior,
} from '@bbb/core';
import type { Check } from './check.js';

/** What every pruner promises to core, on a Gaussian posterior and, unless it needs a sigma, on a point one. */
export function prunerChecks(definition: PrunerDefinition, options: unknown = {}): Check[] {
  const pruner = definition.create(parseOptions('pruner', definition.options, options));
  const fit = [gaussianPosterior(), ...(definition.needsSigma ? [] : [pointPosterior()])];
  const key = rootKey(4);
  return [
    {
      name: 'gives a Float32Array with a finite score for every element, certain and pruned ones included',
      run() {
        for (const weights of fit) {
          const scores = pruner.score(weights, key);
          assert.ok(scores instanceof Float32Array, 'score() returns a Float32Array');
          assert.equal(scores.length, weights.mu.length);
          assert.ok(scores.every(Number.isFinite), 'every score is finite');
        }
      },
    },
    {
      name: 'is a pure function of posterior and key, and leaves the posterior alone',
      run() {
        for (const weights of fit) {
          const [mu, sigma] = [weights.mu.slice(), weights.sigma?.slice()];
          const scores = pruner.score(weights, key).slice();
          assert.deepEqual(pruner.score(weights, key), scores);
          assert.deepEqual(weights.mu, mu);
          assert.deepEqual(weights.sigma, sigma);
        }
      },
    },
    {
      name: 'gives masks of the exact size at every share',
      run() {
        for (const weights of fit) {
          const scored = [{ name: weights.name, scores: pruner.score(weights, fold(key, weights.name)) }];
          for (const share of [0, 0.25, 0.5, 0.9, 1]) {
            const mask = selectKeep(scored, share, 'global')[weights.name]!;
            const removed = mask.reduce((sum, kept) => sum + 1 - kept, 0);
            assert.equal(removed, Math.floor(share * mask.length));
          }
        }
      },
    },
  ];
}

/** Values of either sign, large and small, with zeros. */
export function pointPosterior(): WeightPosterior {
  const mu = uniform(rootKey(8), 40, -0.5, 0.5);
  mu.fill(0, 5, 8);
  return {
    name: 'layers.0.weight',
    layer: 0,
    role: 'weight',
    shape: [8, 5],
    fanIn: 8,
    fanOut: 5,
    inputUnits: 8,
    mu,
  };
}

/** The same with sigmas; elements 5 to 7 are pruned, element 9 is certain. */
export function gaussianPosterior(): WeightPosterior {
  const sigma = uniform(rootKey(9), 40, 0.001, 0.5);
  sigma.fill(0, 5, 8);
  sigma[9] = 0;
  return { ...pointPosterior(), sigma };
}
