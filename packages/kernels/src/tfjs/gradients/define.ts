import {
  broadcast_util,
  mul,
  ones,
  reshape,
  sum,
  zerosLike,
  type GradConfig,
  type Tensor,
} from '@tensorflow/tfjs-core';

type Gradients = ReturnType<GradConfig['gradFunc']>;
type Attrs = Parameters<GradConfig['gradFunc']>[2];

/** The gradient of y = f(x) from x: `vjp(dy, x)` is dy * f'(x). */
export function fromInput(
  kernelName: string,
  vjp: (dy: Tensor, x: Tensor, attrs: Attrs) => Tensor,
): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => ({ x: () => vjp(single(dy), at(saved, 0), attrs) }),
  };
}

/**
 * The gradient of y = f(x) from y, for functions whose derivative is cheaper to compute from y. It is used only where tfjs does so too,
 * because a gradient of the gradient then lacks the part through y.
 */
export function fromOutput(kernelName: string, vjp: (dy: Tensor, y: Tensor) => Tensor): GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => vjp(single(dy), at(saved, 0)) }),
  };
}

/** The gradient of y = f(a, b) with broadcasting: the two functions may give y's shape, which is summed back to a's and b's. */
export function ofPair(
  kernelName: string,
  vjpA: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
  vjpB: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
): GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved): Gradients => {
      const [a, b] = [at(saved, 0), at(saved, 1)];
      return {
        a: () => unbroadcast(vjpA(single(dy), a, b), a.shape),
        b: () => unbroadcast(vjpB(single(dy), a, b), b.shape),
      };
    },
  };
}

/** Functions that are constant almost everywhere. */
export const constant = (kernelName: string): GradConfig => ({
  kernelName,
  gradFunc: (dy) => ({ x: () => zerosLike(single(dy)) }),
});

/** Sums over the axes that broadcasting repeated. */
export function unbroadcast(x: Tensor, shape: number[]): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, x.shape);
  return reshape(axes.length > 0 ? sum(x, axes) : x, shape);
}

/** Repeats a reduced tensor along the axes that were summed. */
export function spread(reduced: Tensor, shape: number[], axes: number[]): Tensor {
  return mul(keepDims(reduced, shape, axes), ones(shape, 'float32'));
}

/** Gives a reduced tensor its reduced axes again, with size 1. Axes count from 0. */
export function keepDims(reduced: Tensor, shape: number[], axes: number[]): Tensor {
  return reshape(
    reduced,
    shape.map((size, i) => (axes.includes(i) ? 1 : size)),
  );
}

/** tfjs's types allow several outputs and missing saves; the kernels here have neither. */
export function single(dy: Tensor | Tensor[]): Tensor {
  return Array.isArray(dy) ? at(dy, 0) : dy;
}

export function at(tensors: Tensor[], index: number): Tensor {
  const tensor = tensors[index];
  if (!tensor)
    throw new Error(`tfjs saved ${tensors.length} tensors for a gradient, expected more than ${index}`);
  return tensor;
}
