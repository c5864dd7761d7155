import type { Ops } from '@bbb/kernels';
import type { KeepMasks, Model, Params, ParamSpec, WeightPosterior } from '../model/model.js';
import { disposeParams } from '../model/params.js';
import type { Architecture } from '../network/architecture.js';
import type { WeightSpec } from '../network/layer.js';
import { canResize, resizeArchitecture } from '../network/resize.js';
import { sizeOf } from '../network/shape.js';
import { inputUnitOf, outputUnitOf, unitGroups, type UnitMasks } from '../network/units.js';
import { silentUnits } from './paths.js';

/**
 * By weight name: 0 for a weight that is certainly 0, else 1.
 * @param posterior mean and standard deviation of every weight, by tensor
 */
export function aliveIn(posterior: readonly WeightPosterior[]): KeepMasks {
  return Object.fromEntries(
    posterior.map(({ name, mu, sigma }) => {
      const alive = new Uint8Array(mu.length);
      for (let i = 0; i < mu.length; i++) alive[i] = mu[i] !== 0 || (sigma && sigma[i]) ? 1 : 0;
      return [name, alive];
    }),
  );
}

/** A smaller architecture, and the units that it keeps. */
export interface Smaller {
  readonly architecture: Architecture;
  readonly units: UnitMasks;
}

/**
 * The architecture without the silent units of a pruned network. Undefined for an ensemble, and for a network with a layer that can't be made
 * smaller.
 * @param model the model whose weights they are
 * @param params its parameters
 */
export function smallerArchitecture(model: Model, params: Params): Smaller | undefined {
  if (model.weights || !canResize(model.architecture)) return undefined;
  const units = silentUnits(model.architecture, aliveIn(model.posterior(params)));
  return { architecture: resizeArchitecture(model.architecture, units), units };
}

/**
 * The parameters of the compact network: the elements between units that stay. Undefined if the compact model has a parameter that belongs to
 * no weight and has another size than before.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param pruned the model and parameters of the pruned network
 * @param compact model of the same method on the smaller architecture
 * @param units by the name of a hidden layer's weight, one byte for each of its units: 0 removes it
 */
export function compactParams(
  ops: Ops,
  { model, params }: { readonly model: Model; readonly params: Params },
  compact: Pick<Model, 'params'>,
  units: UnitMasks,
): Params | undefined {
  const made: Record<string, Params[string]> = {};
  for (const { name, shape } of compact.params) {
    const before = model.params.find((one) => one.name === name);
    const values = before && valuesOf(ops, model.architecture, before, params, units);
    if (values?.length !== sizeOf(shape)) {
      disposeParams(ops, made);
      return undefined;
    }
    made[name] = ops.alloc(shape);
    ops.write(made[name], values);
  }
  return made;
}

function valuesOf(
  ops: Ops,
  architecture: Architecture,
  { name, weight }: ParamSpec,
  params: Params,
  units: UnitMasks,
): Float32Array | Float64Array {
  const values = ops.read(params[name]!);
  const spec = architecture.weights.find((one) => one.name === weight);
  if (!spec) return values;
  const stays = between(architecture, spec, units);
  return values.filter((_, i) => stays(i));
}

/** Whether an element of a weight or bias lies between units that stay. */
function between(architecture: Architecture, spec: WeightSpec, units: UnitMasks): (i: number) => boolean {
  const groups = unitGroups(architecture);
  const own = groups.find(({ weight, bias }) => weight.name === spec.name || bias.name === spec.name);
  const before = groups.find(({ next }) => next.name === spec.name);
  const out = own && units[own.weight.name];
  const into = before && units[before.weight.name];
  return (i) => (!out || out[outputUnitOf(spec, i)] === 1) && (!into || into[inputUnitOf(spec, i)] === 1);
}
