import type { TensorInfo } from '@tensorflow/tfjs-core';
import { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from '../../wasm/images.js';
import type { Override } from './override.js';
import { poolOf } from './window-geometry.js';

const pool = (kernelName: string, compute: typeof maxPool): Override => ({
  kernelName,
  run(params, { kernels, backend }) {
    const { x } = params.inputs;
    const geometry = x && poolOf(params, x.shape);
    if (x?.dtype !== 'float32' || !geometry) return undefined;
    const out = backend.makeOutput([x.shape[0]!, ...geometry.output], 'float32');
    const operands = { batch: x.shape[0]!, geometry, x: kernels.offset(x), out: kernels.offset(out) };
    compute(kernels, operands);
    return out;
  },
});

/** tfjs-wasm does not have these two gradients. */
const poolGradient = (kernelName: string, isMax: boolean): Override => ({
  kernelName,
  run(params, { kernels, backend }) {
    const { dy, input } = params.inputs;
    const geometry = input && poolOf(params, input.shape);
    if (dy?.dtype !== 'float32' || input?.dtype !== 'float32' || !geometry) return undefined;
    const batch = input.shape[0]!;
    if (!sameShape(dy, [batch, ...geometry.output])) return undefined;
    const out = backend.makeOutput(input.shape, 'float32');
    const [given, made] = [kernels.offset(dy), kernels.offset(out)];
    if (isMax) maxPoolBackward(kernels, { batch, geometry, x: kernels.offset(input), out: given }, made);
    else averagePoolBackward(kernels, { batch, geometry, x: made, out: given });
    return out;
  },
});

const sameShape = ({ shape }: TensorInfo, expected: readonly number[]): boolean =>
  shape.length === expected.length && shape.every((size, axis) => size === expected[axis]);

/** Pools of images, channels last, and their gradients. */
export const pools: readonly Override[] = [
  pool('MaxPool', maxPool),
  pool('AvgPool', averagePool),
  poolGradient('MaxPoolGrad', true),
  poolGradient('AvgPoolGrad', false),
];
