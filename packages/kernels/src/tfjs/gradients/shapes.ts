import {
  backend_util,
  cast,
  concat,
  gather,
  greaterEqual,
  maximum,
  mul,
  pad,
  reshape,
  reverse,
  scalar,
  slice,
  slice_util,
  split,
  stack,
  sum,
  transpose,
  unsortedSegmentSum,
  unstack,
  util,
  zeros,
  type GradConfig,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { axesOf, axisOf, numberOrList, numbersOf, pairsOf } from './attributes.js';
import { at, fromInput, single } from './define.js';

/** Ops that move numbers without changing them. */
export const shapes: readonly GradConfig[] = [
  fromInput('Reshape', (dy, x) => reshape(dy, x.shape)),
  {
    kernelName: 'ExpandDims',
    inputsToSave: ['input'],
    gradFunc: (dy, saved) => ({ input: () => reshape(single(dy), at(saved, 0).shape) }),
  },
  { kernelName: 'Identity', gradFunc: (dy) => ({ x: () => cast(single(dy), 'float32') }) },
  { kernelName: 'Cast', gradFunc: (dy) => ({ x: () => single(dy).clone() }) },
  {
    kernelName: 'Transpose',
    gradFunc: (dy, _, attrs) => ({
      x: () => transpose(single(dy), backend_util.getUndoAxesPermutation(numbersOf(attrs['perm']))),
    }),
  },
  {
    kernelName: 'Reverse',
    gradFunc: (dy, _, attrs) => ({
      x: () => reverse(single(dy), axesOf(attrs['dims'], single(dy).shape)),
    }),
  },
  fromInput('Tile', (dy, x, attrs) => sumTiles(dy, x.shape, numbersOf(attrs['reps']))),
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const axis = axisOf(attrs['axis'], at(saved, 0).shape);
      const parts = split(
        single(dy),
        saved.map((x) => x.shape[axis] ?? 1),
        axis,
      );
      return Object.fromEntries(parts.map((part, i) => [i, () => part]));
    },
  },
  {
    kernelName: 'Pack',
    saveAllInputs: true,
    gradFunc: (dy, _, attrs) =>
      Object.fromEntries(
        unstack(single(dy), axisOf(attrs['axis'], single(dy).shape)).map((part, i) => [i, () => part]),
      ),
  },
  {
    kernelName: 'Unpack',
    gradFunc: (dy, _, attrs) => ({
      value: () => stack(all(dy), axisOf(attrs['axis'], [1, ...at(all(dy), 0).shape])),
    }),
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _, attrs) => ({ x: () => concat(all(dy), axisOf(attrs['axis'], at(all(dy), 0).shape)) }),
  },
  fromInput('Slice', (dy, x, attrs) => {
    const [begin = [], size = []] = slice_util.parseSliceParams(
      x,
      numberOrList(attrs['begin']) ?? 0,
      numberOrList(attrs['size']),
    );
    return pad(
      dy,
      x.shape.map((whole, i): [number, number] => {
        const before = begin[i] ?? 0;
        return [before, whole - before - (size[i] ?? whole)];
      }),
    );
  }),
  fromInput('PadV2', (dy, x, attrs) =>
    slice(
      dy,
      pairsOf(attrs['paddings']).map(([before]) => before),
      x.shape,
    ),
  ),
  {
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, saved, attrs) => {
      const [x, indices] = [at(saved, 0), at(saved, 1)];
      if (attrs['batchDims'])
        throw new Error('the gradient of gather with batchDims is not supported: use oneHot and matMul');
      return {
        x: () => scatterAdd(single(dy), x.shape, indices, axisOf(attrs['axis'], x.shape)),
        indices: () => indices,
      };
    },
  },
  {
    kernelName: 'UnsortedSegmentSum',
    inputsToSave: ['segmentIds'],
    gradFunc: (dy, saved) => ({ x: () => gatherOrZero(single(dy), cast(at(saved, 0), 'int32')) }),
  },
  {
    kernelName: 'OneHot',
    inputsToSave: ['indices'],
    gradFunc: (_, saved) => ({ indices: () => zeros(at(saved, 0).shape, 'float32') }),
  },
];

const all = (dy: Tensor | Tensor[]): Tensor[] => (Array.isArray(dy) ? dy : [dy]);

/** Sums the repetitions of each axis, one axis at a time. */
function sumTiles(dy: Tensor, shape: number[], reps: number[]): Tensor {
  let result = dy;
  shape.forEach((size, axis) => {
    const repeats = reps[axis] ?? 1;
    if (repeats === 1) return;
    const before = util.sizeFromShape(result.shape.slice(0, axis));
    const after = util.sizeFromShape(result.shape.slice(axis + 1));
    const kept = [...result.shape.slice(0, axis), size, ...result.shape.slice(axis + 1)];
    result = reshape(sum(reshape(result, [before, repeats, size, after]), 1), kept);
  });
  return result;
}

/** Adds the rows of dy at the positions that gather read. */
function scatterAdd(dy: Tensor, shape: number[], indices: Tensor, axis: number): Tensor {
  const before = util.sizeFromShape(shape.slice(0, axis));
  const after = util.sizeFromShape(shape.slice(axis + 1));
  const flat = transpose(reshape(dy, [before, indices.size, after]), [1, 0, 2]);
  const sums = unsortedSegmentSum(flat, reshape(cast(indices, 'int32'), [indices.size]), shape[axis] ?? 0);
  return reshape(transpose(sums, [1, 0, 2]), shape);
}

/** Rows of x. A negative index gives zeros, because a segment sum ignores it. */
function gatherOrZero(x: Tensor, indices: Tensor): Tensor {
  const taken = reshape(
    cast(greaterEqual(indices, 0), 'float32'),
    indices.shape.concat(x.shape.slice(1).map(() => 1)),
  );
  return mul(gather(x, maximum(indices, scalar(0, 'int32'))), taken);
}
