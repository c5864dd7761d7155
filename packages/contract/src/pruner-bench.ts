import {
  fold,
  pruneContext,
  rootKey,
  sizeOf,
  uniform,
  type Architecture,
  type Model,
  type Params,
  type PruneContext,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import { gaussianModel, pointModel } from '@bbb/plugins';
import { ADAM } from './method-bench.js';
import { toyContext, toyData, type ToyKind } from './toy.js';

const ops = referenceOps();
const KEY = rootKey(8);

/** A network of a toy problem whose weights a pruner scores; free it with `dispose`. */
export interface PrunerBench {
  readonly name: string;
  readonly architecture: Architecture;
  readonly context: PruneContext;
  dispose(): void;
}

/**
 * Weights of both signs, large and small. In every tensor, elements 0 and 2 are pruned; in a Gaussian posterior, element 1 has standard
 * deviation 0.
 * All weights of the first unit of the first layer are zero.
 */
export function prunerBench(kind: ToyKind, posterior: 'point' | 'gaussian'): PrunerBench {
  const toy = toyData(KEY, 60, kind);
  const { architecture, likelihood, x, targets } = toy;
  const context = toyContext(ops, toy, ADAM, 60);
  const model =
    posterior === 'point'
      ? pointModel(context, { kind: 'fan-in' })
      : gaussianModel(context, { kind: 'fan-in' }, -2);
  const init = fold(KEY, 'init');
  const params = model.init(init);
  setByHand(model, params);
  const examples = {
    features: x,
    targets,
    inputShape: architecture.inputShape,
    rows: Uint32Array.from({ length: targets.length }, (_, i) => i),
    preprocessing: {
      input: { kind: 'divide' as const, divisor: 1 },
      ...(kind === 'regression' ? { target: { mean: 20, sd: 5 } } : {}),
    },
  };
  return {
    name: `${posterior} posterior of the ${kind}`,
    architecture,
    context: pruneContext({
      ops,
      model: posterior === 'point' ? model : tellingAll(model),
      likelihood,
      params,
      init,
      examples,
    }),
    dispose: () => Object.values(params).forEach((operand) => ops.free(operand)),
  };
}

/** The model with every optional member that a pruner may need. */
function tellingAll(model: Model): Model {
  const posterior: Model['posterior'] = (params) =>
    model.posterior(params).map((weights) => {
      if (weights.role === 'bias') return weights;
      const part = (count: number, salt: string): Float32Array => uniform(fold(KEY, salt), count, 0, 1);
      return {
        ...weights,
        prior: { mu: 0, sigma: 1 },
        inclusion: part(weights.mu.length, 'inclusion'),
        unitNoise: part(weights.inputUnits, 'noise').map((u) => 20 * u - 10),
      };
    });
  return { ...model, posterior };
}

function setByHand({ params: specs, architecture }: Model, params: Params): void {
  const [first] = architecture.weights;
  for (const { name, weight, pruned } of specs) {
    const spec = architecture.weights.find((one) => one.name === weight);
    if (!spec) continue;
    const values = ops.read(params[name]!);
    const units = spec.shape.at(-1)!;
    for (let i = 0; i < sizeOf(spec.shape); i++) {
      const silent = spec.layer === first!.layer && i % units === 0;
      const certain = i === 1 && pruned === -Infinity;
      if (silent || certain || i === 0 || i === 2) values[i] = pruned;
    }
    ops.write(params[name]!, values);
  }
}
