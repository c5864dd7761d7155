import {
  cast,
  div,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logicalNot,
  mul,
  neg,
  pow,
  square,
  sub,
  where,
  zerosLike,
  type GradConfig,
} from '@tensorflow/tfjs-core';
import { at, ofPair, single, unbroadcast } from './define.js';

/** Functions of two numbers, broadcasting. At a tie, the gradient of a maximum or minimum goes to `a`, as in tfjs. */
export const pairs: readonly GradConfig[] = [
  ofPair(
    'Add',
    (dy) => dy,
    (dy) => dy,
  ),
  ofPair(
    'Sub',
    (dy) => dy,
    (dy) => neg(dy),
  ),
  ofPair(
    'Multiply',
    (dy, _, b) => mul(dy, b),
    (dy, a) => mul(dy, a),
  ),
  ofPair(
    'RealDiv',
    (dy, _, b) => div(dy, b),
    (dy, a, b) => neg(div(mul(dy, a), square(b))),
  ),
  ofPair(
    'Pow',
    (dy, a, b) => mul(dy, mul(b, pow(a, sub(b, 1)))),
    (dy, a, b) => mul(dy, mul(pow(a, b), where(greater(a, 0), log(a), zerosLike(a)))),
  ),
  ofPair(
    'Maximum',
    (dy, a, b) => mul(dy, cast(greaterEqual(a, b), 'float32')),
    (dy, a, b) => mul(dy, cast(less(a, b), 'float32')),
  ),
  ofPair(
    'Minimum',
    (dy, a, b) => mul(dy, cast(lessEqual(a, b), 'float32')),
    (dy, a, b) => mul(dy, cast(greater(a, b), 'float32')),
  ),
  ofPair(
    'Mod',
    (dy) => dy,
    (dy, a, b) => neg(mul(dy, floor(div(a, b)))),
  ),
  ofPair(
    'SquaredDifference',
    (dy, a, b) => mul(dy, mul(sub(a, b), 2)),
    (dy, a, b) => mul(dy, mul(sub(b, a), 2)),
  ),
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => single(dy).clone()])),
  },
  {
    kernelName: 'Prelu',
    inputsToSave: ['x', 'alpha'],
    gradFunc: (dy, saved) => {
      const [x, alpha] = [at(saved, 0), at(saved, 1)];
      return {
        x: () => where(greater(x, 0), single(dy), mul(single(dy), alpha)),
        alpha: () => unbroadcast(where(greater(x, 0), zerosLike(x), mul(single(dy), x)), alpha.shape),
      };
    },
  },
  {
    kernelName: 'Select',
    inputsToSave: ['condition'],
    gradFunc: (dy, saved) => {
      const condition = at(saved, 0);
      return {
        condition: () => cast(zerosLike(condition), 'float32'),
        t: () => mul(single(dy), cast(condition, 'float32')),
        e: () => mul(single(dy), cast(logicalNot(condition), 'float32')),
      };
    },
  },
];
