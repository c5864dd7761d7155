import assert from 'node:assert/strict';
import {
  architectureOf,
  fold,
  isLinear,
  parseOptions,
  rootKey,
  sizeOf,
  uniform,
  type FixedLayer,
  type Layer,
  type LinearLayer,
  type NetworkContext,
  type NetworkDefinition,
  type Shape,
} from '@bbb/core';
import { referenceOps, type Operand } from '@bbb/kernels';
import { assertSame } from './assert-same.js';
import type { Check } from './check.js';
import { checkWeights } from './network-weights.js';
import { assertSlopes } from './slopes.js';

export interface NetworkUnderTest {
  readonly definition: NetworkDefinition;
  /** Options of the network. Missing ones get their defaults. */
  readonly options?: unknown;
  /** Shape of one example. Default: `[8, 8, 2]`, a small image with two channels. */
  readonly inputShape?: Shape;
  /** Number of outputs that the likelihood needs. Default: 3. */
  readonly outputs?: number;
}

const KEY = rootKey(21);
const BATCH = 3;
/** Double precision. These operands are plain arrays, so nothing has to be freed after a check. */
const ops = referenceOps();

/**
 * Checks what core needs of a network and of each of its layers. Gradients are compared with finite differences in double precision.
 *
 * @param network its definition and options, the shape of one example (default: `[8, 8, 2]`) and the number of outputs (default: 3)
 */
export function networkChecks({
  definition,
  options = {},
  inputShape = [8, 8, 2],
  outputs = 3,
}: NetworkUnderTest): Check[] {
  const create = (context: NetworkContext) =>
    definition.create(parseOptions('network', definition.options, options), context);
  const architecture = create({ inputShape, outputs });
  const { layers, weights } = architecture;
  return [
    {
      name: 'fits the data, and any number of outputs that a likelihood needs',
      run() {
        for (const wanted of [outputs, 1, outputs + 2]) {
          const made = create({ inputShape, outputs: wanted });
          assertSame(made.outputs, wanted, 'The network must have as many outputs as its context asks for');
          assertSame(
            sizeOf(made.inputShape),
            sizeOf(inputShape),
            'The network must accept as many input values as an example has',
          );
          // This refuses layers whose input shape is not the output shape of the layer before.
          assertSame(
            architectureOf(made.inputShape, made.layers).weights,
            made.weights,
            'weights must list the weights of the layers, as architectureOf() does',
          );
        }
      },
    },
    {
      name: 'is the same for the same options and data',
      run: () =>
        assertSame(
          described(create({ inputShape, outputs }).layers),
          described(layers),
          'create() must give the same layers for the same options and data',
        ),
    },
    {
      name: 'has weights with different names, numbered by layer, in shapes that fit their layers',
      run() {
        const names = weights.map(({ name }) => name);
        assertSame(names, [...new Set(names)], 'The weights must have different names');
        layers.filter(isLinear).forEach(checkWeights);
      },
    },
    ...layers.flatMap((layer, i) => layerChecks(layer, `layer ${i} (${layer.kind})`)),
  ];
}

function described(layers: readonly Layer[]): unknown[] {
  return layers.map(({ kind, inShape, outShape, weight, bias }) => ({
    kind,
    inShape,
    outShape,
    weight,
    bias,
  }));
}

function layerChecks(layer: Layer, name: string): Check[] {
  const checks: Check[] = [
    {
      name: `${name}: an example's outputs do not depend on other examples, and inputs do not change`,
      run() {
        const { x, forward } = bench(layer);
        const before = read(x);
        const whole = read(forward(x));
        assertSame(read(x), before, 'forward() must not change its input');
        const size = sizeOf(layer.inShape);
        const rows = Array.from({ length: BATCH }, (_, r) =>
          read(forward(operand([1, size], before.subarray(r * size, (r + 1) * size)))),
        );
        assertSame(
          rows.flatMap((row) => Array.from(row)),
          Array.from(whole),
          'Examples one by one must have the same outputs as in one batch',
        );
      },
    },
    {
      name: `${name}: the gradient of its input agrees with finite differences`,
      run() {
        const { x, dOut, forward, backward } = bench(layer);
        assertSlopes(ops, x, read(backward(x, dOut)), () => dot(forward(x), dOut), 'dx');
      },
    },
  ];
  return [...checks, ...(isLinear(layer) ? linearChecks(layer, name) : fixedChecks(layer, name))];
}

function linearChecks(layer: LinearLayer, name: string): Check[] {
  return [
    {
      name: `${name}: the gradients of its weights agree with finite differences`,
      run() {
        const { x, dOut, weight, bias, forward } = bench(layer);
        const [dWeight, dBias] = [ops.alloc(weight.shape), ops.alloc(bias.shape)];
        layer.gradients(ops, dWeight, dBias, x, dOut);
        assertSlopes(ops, weight, read(dWeight), () => dot(forward(x), dOut), 'dWeight');
        assertSlopes(ops, bias, read(dBias), () => dot(forward(x), dOut), 'dBias');
      },
    },
    {
      // Estimators send means and variances through the layer.
      name: `${name}: is linear in its inputs and in its weights`,
      run() {
        const { x, weight, out } = bench(layer);
        const at = (input: Operand, w: Operand): Float64Array => {
          layer.forward(ops, out, input, w);
          return read(out);
        };
        const doubled = (x: Operand): Operand =>
          operand(
            x.shape,
            read(x).map((value) => 2 * value),
          );
        const twice = at(x, weight).map((value) => 2 * value);
        assertClose(at(doubled(x), weight), twice, 'The output for doubled inputs');
        assertClose(at(x, doubled(weight)), twice, 'The output for doubled weights');
      },
    },
    {
      name: `${name}: gives the same numbers with a fused ReLU as with a ReLU layer after it`,
      run() {
        const { x, weight, bias, out, forward } = bench(layer);
        const after = read(forward(x)).map((value) => Math.max(0, value));
        layer.forward(ops, out, x, weight, bias, true);
        assertSame(read(out), after, 'forward() with a fused ReLU must give max(0, the output without it)');
      },
    },
  ];
}

/** The layer before a `relu` computes it, so the code of a layer with this name is never called; it must be max(0, x). */
function checkRelu(layer: FixedLayer): void {
  const { x, forward } = bench(layer);
  assertSame(
    read(forward(x)),
    read(x).map((value) => Math.max(0, value)),
    'A layer of the kind "relu" must give max(0, x)',
  );
}

function fixedChecks({ effect, ...layer }: FixedLayer, name: string): Check[] {
  if (effect === 'shape') {
    return [
      {
        name: `${name}: does not change the numbers`,
        run() {
          const { x, forward } = bench(layer);
          assertSame(
            read(forward(x)),
            read(x),
            'A layer with the effect "shape" must not change the numbers',
          );
        },
      },
    ];
  }
  const tangent = tangentOf({ effect, ...layer } as FixedLayer);
  const pushed: Check[] = tangent
    ? [
        {
          // <J dx, dOut> = <dx, J^T dOut>.
          name: `${name}: its tangent agrees with its gradient`,
          run() {
            const { x, dOut, out, backward } = bench(layer);
            const dx = operand(x.shape, uniform(fold(KEY, 'change'), sizeOf(x.shape), -1, 1));
            tangent(out, dx, x);
            assertClose(
              Float64Array.of(dot(out, dOut)),
              Float64Array.of(dot(dx, backward(x, dOut))),
              'The tangent of dx, times dOut,',
            );
          },
        },
      ]
    : [];
  if (effect !== 'elementwise') return pushed;
  return [
    ...pushed,
    {
      name: `${name}: gives the same numbers if it overwrites its input and its gradient`,
      run() {
        const { x, dOut, forward, backward } = bench(layer);
        const [expected, gradient] = [read(forward(x)), read(backward(x, dOut))];
        if (layer.kind === 'relu') checkRelu(layer);
        layer.forward(ops, x, x);
        assertSame(read(x), expected, 'forward() must give the same outputs when it overwrites its input');
        // An elementwise layer overwrites its input, so `backward` has only the output.
        layer.backward(ops, dOut, dOut, x, x);
        assertSame(
          read(dOut),
          gradient,
          'backward() must give the same gradient when it overwrites dOut and has only the output',
        );
      },
    },
  ];
}

/** How a change of the input goes through a layer, if it says so: for an elementwise layer its `backward` does. */
function tangentOf(layer: FixedLayer): ((dOut: Operand, dx: Operand, x: Operand) => void) | undefined {
  if (layer.tangent) return (dOut, dx, x) => layer.tangent!(ops, dOut, dx, x);
  if (layer.effect !== 'elementwise') return undefined;
  return (dOut, dx, x) => {
    const out = ops.alloc(x.shape);
    layer.forward(ops, out, x);
    layer.backward(ops, dOut, dx, x, out);
  };
}

/** A layer with weights, inputs and a gradient of its outputs; all elements are in (-1, 1). */
function bench(layer: Layer) {
  const [inputs, outputs] = [sizeOf(layer.inShape), sizeOf(layer.outShape)];
  const random = (what: string, shape: Shape): Operand =>
    operand(shape, uniform(fold(KEY, what), sizeOf(shape), -1, 1));
  const [weight, bias] = [layer.weight, layer.bias].map((spec) =>
    random(spec?.name ?? 'none', spec?.shape ?? [1]),
  ) as [Operand, Operand];
  const out = ops.alloc([BATCH, outputs]);
  const forward = (x: Operand): Operand => {
    const y = ops.alloc([x.shape[0]!, outputs]);
    if (isLinear(layer)) layer.forward(ops, y, x, weight, bias);
    else layer.forward(ops, y, x);
    return y;
  };
  const backward = (x: Operand, dOut: Operand): Operand => {
    const dx = ops.alloc(x.shape);
    if (isLinear(layer)) layer.backward(ops, dx, dOut, weight);
    else layer.backward(ops, dx, dOut, x, forward(x));
    return dx;
  };
  const [x, dOut] = [random('inputs', [BATCH, inputs]), random('gradient', [BATCH, outputs])];
  return { x, dOut, weight, bias, out, forward, backward };
}

function operand(shape: Shape, values: ArrayLike<number>): Operand {
  const made = ops.alloc(shape);
  ops.write(made, values);
  return made;
}

const read = (x: Operand): Float64Array => Float64Array.from(ops.read(x));

function dot(a: Operand, b: Operand): number {
  const other = read(b);
  return read(a).reduce((sum, value, i) => sum + value * other[i]!, 0);
}

function assertClose(actual: Float64Array, expected: Float64Array, name: string): void {
  actual.forEach((value, i) =>
    assert.ok(
      Math.abs(value - expected[i]!) <= 1e-12 * (1 + Math.abs(value)),
      `${name} must be ${expected[i]}, and it is ${value}`,
    ),
  );
}
