import {
  add,
  cast,
  clipByValue,
  cos,
  cosh,
  div,
  exp,
  greater,
  greaterEqual,
  lessEqual,
  logicalAnd,
  mul,
  neg,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  step,
  sub,
  where,
  zerosLike,
  type GradConfig,
} from '@tensorflow/tfjs-core';
import { constant, fromInput, fromOutput } from './define.js';

const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** Functions of one number. */
export const elementwise: readonly GradConfig[] = [
  fromInput('Abs', (dy, x) => mul(dy, sign(x))),
  fromInput('Atan', (dy, x) => div(dy, add(square(x), 1))),
  fromInput('ClipByValue', (dy, x, attrs) => {
    const inside = logicalAnd(
      greaterEqual(x, Number(attrs['clipValueMin'])),
      lessEqual(x, Number(attrs['clipValueMax'])),
    );
    return where(inside, dy, zerosLike(dy));
  }),
  fromInput('Cos', (dy, x) => neg(mul(dy, sin(x)))),
  fromInput('Cosh', (dy, x) => mul(dy, sinh(x))),
  // alpha = 1: the slope is 1 on the right and e^x = y + 1 on the left.
  fromOutput('Elu', (dy, y) => mul(dy, add(clipByValue(y, -1, 0), 1))),
  fromInput('Erf', (dy, x) => mul(dy, mul(exp(neg(square(x))), TWO_OVER_ROOT_PI))),
  fromOutput('Exp', (dy, y) => mul(dy, y)),
  fromInput('Expm1', (dy, x) => mul(dy, exp(x))),
  fromInput('LeakyRelu', (dy, x, attrs) => where(greater(x, 0), dy, mul(dy, Number(attrs['alpha'])))),
  fromInput('Log', (dy, x) => div(dy, x)),
  fromInput('Log1p', (dy, x) => div(dy, add(x, 1))),
  fromInput('Neg', (dy) => neg(dy)),
  fromInput('Reciprocal', (dy, x) => neg(div(dy, square(x)))),
  fromInput('Relu', (dy, x) => mul(dy, step(x))),
  fromInput('Relu6', (dy, x) => mul(dy, cast(logicalAnd(greater(x, 0), lessEqual(x, 6)), 'float32'))),
  fromInput('Rsqrt', (dy, x) => div(dy, mul(mul(x, sqrt(x)), -2))),
  fromOutput('Sigmoid', (dy, y) => mul(dy, mul(y, sub(1, y)))),
  fromInput('Sin', (dy, x) => mul(dy, cos(x))),
  fromInput('Sinh', (dy, x) => mul(dy, cosh(x))),
  fromInput('Softplus', (dy, x) => mul(dy, sigmoid(x))),
  fromInput('Sqrt', (dy, x) => div(dy, mul(sqrt(x), 2))),
  fromInput('Square', (dy, x) => mul(dy, mul(x, 2))),
  fromInput('Tan', (dy, x) => div(dy, square(cos(x)))),
  fromOutput('Tanh', (dy, y) => mul(dy, sub(1, square(y)))),
  ...['Ceil', 'Floor', 'Round', 'Sign', 'Step', 'OnesLike', 'ZerosLike'].map(constant),
];
