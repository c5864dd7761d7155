import type { LinearLayer, MethodContext, Params, ParamSpec } from '@bbb/core';
import { fold, linearLayers, sizeOf } from '@bbb/core';
import type { Key, Operand } from '@bbb/kernels';
import type { AroundLayers } from '../../estimators/moments.js';
import type { Numbers } from '../../pieces/mapped.js';
import { scratchPool } from '../../pieces/scratch.js';
import { logistic, softplus } from './kl.js';

/** The random scale z ~ N(mu, sigma^2) of every input unit of a layer: parameters `layers.<l>.scale.mu` and `.rho`. */
export interface Scale {
  readonly mu: Numbers;
  readonly sigma: Float64Array;
  /** d sigma / d rho. */
  readonly ofSigma: Float64Array;
}

function nameOf({ weight }: LinearLayer): string {
  return `layers.${weight.layer}.scale`;
}

/** Two numbers for each input unit of each layer. They belong to no weight, so masks do not change them. */
export function scaleSpecs({ architecture }: Pick<MethodContext, 'architecture'>): ParamSpec[] {
  return linearLayers(architecture).flatMap((layer) =>
    ['mu', 'rho'].map((parameter) => ({
      name: `${nameOf(layer)}.${parameter}`,
      shape: [layer.weight.inputUnits],
      pruned: 0,
    })),
  );
}

export function scaleOf({ ops }: Pick<MethodContext, 'ops'>, params: Params, layer: LinearLayer): Scale {
  const name = nameOf(layer);
  const rho = Float64Array.from(ops.read(params[`${name}.rho`]!));
  return { mu: ops.read(params[`${name}.mu`]!), sigma: rho.map(softplus), ofSigma: rho.map(logistic) };
}

/** Gradients of the negative log-likelihood with respect to mu and sigma of every scale of a layer. */
export interface ScaleGradient {
  readonly mu: Float64Array;
  readonly sigma: Float64Array;
}

export interface NoisyScales {
  /** Multiplies the inputs of every layer by a draw of its scales, one for each example. */
  readonly around: AroundLayers;
  /** The gradient of the last backward pass. */
  gradient(layer: LinearLayer): ScaleGradient;
  dispose(): void;
}

/**
 * out = (x z) * w with z ~ N(mu, sigma^2) for every example and input unit; all positions of a channel share one z. The noise is a function of
 * the key.
 */
export function noisyScales(context: MethodContext): NoisyScales {
  const { ops, architecture } = context;
  const layers = linearLayers(architecture);
  // For each layer: its scaled input, a scale for each number of the input, and the gradient of the scaled input.
  const pool = scratchPool(ops, [
    0,
    ...layers.flatMap(({ inShape }) => Array<number>(3).fill(sizeOf(inShape))),
  ]);
  const scratchOf = (layer: LinearLayer, batch: number) => {
    const { outputs } = pool.get(batch);
    const first = 1 + 3 * layer.weight.layer;
    return { scaled: outputs[first]!, scales: outputs[first + 1]!, delta: outputs[first + 2]! };
  };
  const gradients = new Map<LinearLayer, ScaleGradient>();
  return {
    around: (part, params, key) => {
      const noises = new Map<LinearLayer, Numbers>();
      return {
        forward(layer, out, x, relu) {
          const batch = x.shape[0]!;
          const { scaled, scales } = scratchOf(layer, batch);
          const { mu, sigma } = scaleOf(context, params, layer);
          const epsilon = normals(context, batch * mu.length, fold(key, 'scale', layer.weight.layer));
          noises.set(layer, epsilon);
          writeScales(context, scales, layer, (b, u) => mu[u]! + sigma[u]! * epsilon[b * mu.length + u]!);
          ops.multiply(scaled, x, scales);
          part.forward(layer, out, scaled, relu);
        },
        backward(layer, dx, dOut, x) {
          const { scaled, scales, delta } = scratchOf(layer, x.shape[0]!);
          part.backward(layer, delta, dOut, scaled);
          if (dx) ops.multiply(dx, delta, scales);
          ops.multiply(delta, delta, x);
          gradients.set(layer, gradientOf(layer, ops.read(delta), noises.get(layer)!));
        },
      };
    },
    gradient: (layer) => gradients.get(layer)!,
    dispose: () => pool.dispose(),
  };
}

function normals({ ops }: MethodContext, count: number, key: Key): Numbers {
  const z = ops.alloc([count]);
  ops.standardNormal(z, key);
  const values = ops.read(z);
  ops.free(z);
  return values;
}

/** `out[b, position, u]` = of(b, u), for all positions of an image, or the single position of a row. */
function writeScales(
  { ops }: MethodContext,
  out: Operand,
  { weight: { inputUnits }, inShape }: LinearLayer,
  of: (b: number, u: number) => number,
): void {
  const size = sizeOf(inShape);
  const values = new Float64Array(sizeOf(out.shape));
  for (let i = 0; i < values.length; i++) values[i] = of(Math.floor(i / size), i % inputUnits);
  ops.write(out, values);
}

/** Sums over examples and positions. `dz` is d nll / d z for each number of the input. */
function gradientOf(
  { weight: { inputUnits }, inShape }: LinearLayer,
  dz: Numbers,
  epsilon: Numbers,
): ScaleGradient {
  const size = sizeOf(inShape);
  const gradient = { mu: new Float64Array(inputUnits), sigma: new Float64Array(inputUnits) };
  for (let i = 0; i < dz.length; i++) {
    const u = i % inputUnits;
    gradient.mu[u]! += dz[i]!;
    gradient.sigma[u]! += dz[i]! * epsilon[Math.floor(i / size) * inputUnits + u]!;
  }
  return gradient;
}
