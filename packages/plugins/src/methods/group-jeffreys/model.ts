import {
  fold,
  keyedDraws,
  keyOf,
  linearLayers,
  sizeOf,
  type LinearLayer,
  type MethodContext,
  type Model,
  type Params,
  type ParamSpec,
  type WeightPosterior,
  type WeightSpec,
} from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { gaussianModel, gaussianOf } from '../../pieces/gaussian-model.js';
import { likelihoodSpecs, type Initialiser } from '../../pieces/initialiser.js';
import type { Numbers } from '../../pieces/mapped.js';
import { drawnNetwork } from '../../pieces/network.js';
import { weightKey, type Operands } from '../../pieces/operands.js';
import { logAlpha } from './kl.js';
import { scaleOf, scaleSpecs } from './scales.js';

/** What training moves: mu and rho of every weight (given the scale of its unit), and of every scale. */
export function groupSpecs(context: MethodContext): ParamSpec[] {
  const { weights } = context.architecture;
  return [
    ...weights.flatMap(({ name, shape }) => [
      { name: `${name}.mu`, shape, weight: name, pruned: 0 },
      { name: `${name}.rho`, shape, weight: name, pruned: -Infinity },
    ]),
    ...scaleSpecs(context),
  ];
}

/**
 * w = z v for every weight: v is its own Gaussian variable, and z is a Gaussian scale that all weights of an input unit share. A bias has no scale.
 * The mean network has E[z] E[v]. A draw has one z for all examples, so results do not depend on the size of batches.
 *
 * @param rho0 initial rho of weights and scales; the means of the scales start near 1
 */
export function groupModel(context: MethodContext, initialiser: Initialiser, rho0: number): Model {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const layers = linearLayers(architecture);
  const given = gaussianModel(context, initialiser, rho0);
  const layerOf = ({ layer }: WeightSpec): LinearLayer =>
    layers.find(({ weight }) => weight.layer === layer)!;

  const write = (out: Operands, params: Params, key?: Key): void => {
    for (const spec of weights) {
      const posterior = gaussianOf(params, spec.name);
      const w = out[spec.name]!;
      if (key) ops.sampleGaussian(w, posterior, weightKey(key, spec.name));
      else ops.copy(w, posterior.mu);
      if (spec.role === 'bias') continue;
      const z = drawnScale(context, params, layerOf(spec), key);
      ops.write(
        w,
        byInputUnit(spec, ops.read(w), (value, u) => value * z[u]!),
      );
    }
  };
  return {
    architecture,
    params: [...groupSpecs(context), ...likelihoodSpecs(context)],
    stochastic: true,
    init(key) {
      const start = scaleSpecs(context).map(({ name, shape }) => {
        const operand = ops.alloc(shape);
        ops.write(operand, new Float32Array(sizeOf(shape)).fill(name.endsWith('.mu') ? 1 : rho0));
        return [name, operand] as const;
      });
      return { ...given.init(key), ...Object.fromEntries(start) };
    },
    draws: keyedDraws,
    draw: (params, draw) =>
      drawnNetwork(context, params, (out) => write(out, params, draw === 'mean' ? undefined : keyOf(draw))),
    posterior: (params) =>
      given
        .posterior(params)
        .map((weight) =>
          weight.role === 'bias' ? weight : scaled(context, params, weight, layerOf(weight)),
        ),
  };
}

/** The moments of w = z v, and the noise of every z. */
function scaled(
  context: MethodContext,
  params: Params,
  weight: WeightPosterior,
  layer: LinearLayer,
): WeightPosterior {
  const { mu, sigma } = scaleOf(context, params, layer);
  const squared = mu.map((m, u) => m * m + sigma[u]! * sigma[u]!);
  const noise = Float32Array.from(mu, (m, u) => logAlpha(m, sigma[u]!));
  const deviation = byInputUnit(weight, weight.mu, (m, u, i) => {
    const s = weight.sigma![i]!;
    const byScale = sigma[u]! * m;
    return Math.sqrt(squared[u]! * s * s + byScale * byScale);
  });
  return {
    ...weight,
    mu: Float32Array.from(byInputUnit(weight, weight.mu, (m, u) => m * mu[u]!)),
    sigma: Float32Array.from(deviation),
    unitNoise: noise,
  };
}

/** The means of the scales of a layer, or one draw of them. */
function drawnScale(context: MethodContext, params: Params, layer: LinearLayer, key?: Key): Numbers {
  const { ops } = context;
  const { mu, sigma } = scaleOf(context, params, layer);
  if (!key) return mu;
  const epsilon = ops.alloc([mu.length]);
  ops.standardNormal(epsilon, fold(key, 'scale', layer.weight.layer));
  const values = ops.read(epsilon);
  ops.free(epsilon);
  return mu.map((m, u) => m + sigma[u]! * values[u]!);
}

/** Computes a number for each element of a weight, with the input unit of the element. */
function byInputUnit(
  { shape, inputUnits }: WeightSpec,
  values: Numbers,
  of: (value: number, unit: number, i: number) => number,
): Numbers {
  const columns = shape.at(-1)!;
  return values.map((value, i) => of(value, Math.floor(i / columns) % inputUnits, i));
}
