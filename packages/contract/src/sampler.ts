import assert from 'node:assert/strict';
import {
  fold,
  parseOptions,
  rootKey,
  unitUniform,
  type Observation,
  type Point,
  type SamplerDefinition,
  type Space,
} from '@bbb/core';
import { assertSame } from './assert-same.js';
import type { Check } from './check.js';
import { deepFreeze } from './freeze.js';

const SPACE: Space = {
  method: { kind: 'choice', values: ['a', 'b', 'c'] },
  'training.epochs': { kind: 'int', low: 1, high: 7 },
  'training.optimizer.learningRate': { kind: 'logUniform', low: 1e-4, high: 1e-1 },
  'methods.b.options.p': { kind: 'uniform', low: 0, high: 1 },
  'options.only': { kind: 'choice', values: [true] },
};
const PATHS = Object.keys(SPACE);
const KEY = rootKey(3);
const MOST = 64;

/** The observations of `n` configurations. Some diverged, and some lack a hyper-parameter that their method does not have. */
function historyOf(n: number): Observation[] {
  return Array.from({ length: n }, (_, i) => {
    const u = (path: string): number => unitUniform(fold(KEY, 'history', i, path));
    const paths = PATHS.filter((path) => path !== 'methods.b.options.p' || i % 3 === 0);
    const point = Object.fromEntries(paths.map((path) => [path, u(path)]));
    return { point, loss: i % 7 === 6 ? Infinity : Math.floor(u('loss') * 10) / 10 };
  });
}

/**
 * Checks what a search needs of a sampler.
 * @param definition the sampler, as a plugin contributes it
 * @param options options to check it with. Default: none
 */
export function samplerChecks(definition: SamplerDefinition, options: unknown = {}): Check[] {
  const sampler = definition.create(parseOptions('sampler', definition.options, options));
  const suggest = (history: readonly Observation[], index: number, key = KEY): Point =>
    sampler.suggest(deepFreeze(structuredClone(SPACE)), deepFreeze(structuredClone(history)), index, key);
  return [
    {
      name: 'gives a coordinate in [0, 1) for every dimension, and for no other, after any observations',
      run() {
        const allDiverged = historyOf(MOST).map(({ point }) => ({ point, loss: Infinity }));
        for (const history of [[], historyOf(1), historyOf(5), historyOf(MOST), allDiverged]) {
          for (let index = history.length; index < history.length + 4; index++) {
            const point = suggest(history, index);
            assertSame(
              Object.keys(point).toSorted(),
              PATHS.toSorted(),
              'A point must have one coordinate for each dimension of the space',
            );
            for (const [path, u] of Object.entries(point))
              assert.ok(
                u >= 0 && u < 1,
                `Every coordinate must be in [0, 1), and with ${history.length} observations ${path} is ${u}`,
              );
          }
        }
      },
    },
    {
      name: 'is a pure function: proposes the same point again, also from another copy, and changes nothing',
      run() {
        const other = definition.create(parseOptions('sampler', definition.options, options));
        for (const n of [0, 3, MOST]) {
          const point = suggest(historyOf(n), n);
          assertSame(suggest(historyOf(n), n), point, 'The sampler must suggest the same point again');
          assertSame(
            other.suggest(SPACE, historyOf(n), n, KEY),
            point,
            'Another copy of the sampler must suggest the same point',
          );
        }
      },
    },
    {
      name: 'proposes another point at the next index, before any observation',
      run() {
        const points = Array.from({ length: MOST }, (_, index) => JSON.stringify(suggest([], index)));
        // In a grid or a small space, some proposals may repeat.
        assert.ok(
          new Set(points).size > MOST / 4,
          `More than ${MOST / 4} of the first ${MOST} points must be different, and ${new Set(points).size} are`,
        );
      },
    },
    {
      name: 'depends on observations only if it says that it is adaptive',
      run: () => checkAdaptivity(definition.adaptive, suggest),
    },
  ];
}

type Suggest = (history: readonly Observation[], index: number) => Point;

function checkAdaptivity(adaptive: SamplerDefinition['adaptive'], suggest: Suggest): void {
  const at = (n: number): Point[] => Array.from({ length: MOST }, (_, i) => suggest(historyOf(n), MOST + i));
  if (adaptive)
    assert.notDeepEqual(
      at(MOST),
      at(0),
      'An adaptive sampler must suggest other points after observations, and it suggested the same',
    );
  else
    assertSame(
      at(MOST),
      at(0),
      'A sampler that is not adaptive must suggest the same points after observations as before',
    );
}
