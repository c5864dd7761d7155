import { BbbError, isLinear, sizeOf, type Layer, type MethodContext, type Network } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';
import type { Operands } from '../pieces/operands.js';

/**
 * A draw of the linearised network f(x, w*) + J(x) (w - w*), where J is the Jacobian of the outputs at w*. The Gauss-Newton matrix is the exact
 * curvature of this network, so a Laplace approximation with that matrix has to predict with it (Immer et al. 2021, arXiv 2008.08216).
 * J (w - w*) is computed in the forward pass, together with f. No Jacobian is stored, and a draw is one function of x for all batches.
 *
 * @param mean the network at w*
 * @param noise w* - w, by weight name; 0 for names that are absent
 * @param drawn w, which the network shows as its weights
 * @throws BbbError `E_LAPLACE` if a layer can't be linearised
 */
export function linearisedNetwork(
  { ops, architecture }: Pick<MethodContext, 'ops' | 'architecture'>,
  mean: Network,
  noise: Operands,
  drawn: Operands,
  dispose: () => void,
): Network {
  const layers = architecture.layers.filter((layer) => isLinear(layer) || layer.effect !== 'shape');
  layers.forEach(requireTangent);
  return {
    weights: { ...mean.weights, ...drawn },
    likelihood: mean.likelihood,
    outputs(x) {
      const memory = batchMemory(ops, x.shape[0]!);
      try {
        let at: Through = { value: x };
        for (const layer of layers) {
          const next = through(memory, layer, at, mean.weights, noise);
          if (next.value !== at.value) memory.free(at.value);
          if (at.tangent && next.tangent !== at.tangent) memory.free(at.tangent);
          at = next;
        }
        ops.subtract(at.value, at.value, at.tangent!);
        return memory.keep(at.value);
      } finally {
        memory.freeAll();
      }
    },
    dispose,
  };
}

/** A batch between two layers: the values at w*, and their change along the noise. Without a change they are constant. */
interface Through {
  readonly value: Operand;
  readonly tangent?: Operand;
}

/** Operands of one batch. Those that are left at the end are freed. */
interface Memory {
  readonly ops: Ops;
  /** `[rows, size]`. */
  readonly alloc: (size: number) => Operand;
  /** Frees an operand that `alloc` made, but not one of the caller. */
  readonly free: (operand: Operand) => void;
  /** Gives an operand to the caller, so that it is not freed. */
  readonly keep: (operand: Operand) => Operand;
  readonly freeAll: () => void;
}

function batchMemory(ops: Ops, rows: number): Memory {
  const made = new Set<Operand>();
  return {
    ops,
    alloc(size) {
      const operand = ops.alloc([rows, size]);
      made.add(operand);
      return operand;
    },
    free(operand) {
      if (made.delete(operand)) ops.free(operand);
    },
    keep(operand) {
      made.delete(operand);
      return operand;
    },
    freeAll() {
      for (const operand of made) ops.free(operand);
    },
  };
}

function through(
  memory: Memory,
  layer: Layer,
  { value, tangent }: Through,
  weights: Operands,
  noise: Operands,
): Through {
  const { ops, alloc, free } = memory;
  const size = sizeOf(layer.outShape);
  const out = alloc(size);
  if (!isLinear(layer)) {
    layer.forward(ops, out, value);
    if (!tangent) return { value: out };
    if (layer.effect === 'elementwise') {
      layer.backward(ops, tangent, tangent, value, out);
      return { value: out, tangent };
    }
    const changed = alloc(size);
    layer.tangent!(ops, changed, tangent, value);
    return { value: out, tangent: changed };
  }
  const { weight, bias } = layer;
  layer.forward(ops, out, value, weights[weight.name]!, weights[bias.name]);
  const own = noise[weight.name] && alloc(size);
  if (own) layer.forward(ops, own, value, noise[weight.name]!, noise[bias.name]);
  const passed = tangent && alloc(size);
  if (passed) layer.forward(ops, passed, tangent, weights[weight.name]!);
  if (own && passed) {
    add(ops, own, passed);
    free(passed);
  }
  const changed = own ?? passed;
  return { value: out, ...(changed ? { tangent: changed } : {}) };
}

/** out += x, as out - (0 - x). */
function add(ops: Ops, out: Operand, x: Operand): void {
  const negative = ops.alloc(x.shape);
  ops.subtract(negative, negative, x);
  ops.subtract(out, out, negative);
  ops.free(negative);
}

function requireTangent(layer: Layer): void {
  if (isLinear(layer) || layer.effect === 'elementwise' || layer.tangent) return;
  throw new BbbError(
    'E_LAPLACE',
    `The layer "${layer.kind}" has no tangent(), so its network can't be linearised.`,
    { hint: 'Use prediction=sampled, or give the layer a tangent(ops, dOut, dx, x).' },
  );
}
