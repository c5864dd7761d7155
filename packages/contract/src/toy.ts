/**
 * Networks, likelihoods and data so small that float64 and finite differences can check them. Import `@bbb/contract/toy` in tests of a method.
 *
 * @packageDocumentation
 */
import {
  architectureOf,
  fold,
  uniform,
  type Architecture,
  type Batch,
  type Examples,
  type Likelihood,
  type MethodContext,
  type Params,
  type Targets,
} from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';
import { categoricalLikelihood, gaussianLikelihood, layersOf } from '@bbb/plugins';

/** A small network and a small problem that any method learns. */
export interface Toy {
  readonly architecture: Architecture;
  readonly likelihood: Likelihood;
  /** `[examples, inputs]`. */
  readonly x: Float32Array;
  readonly targets: Targets;
  readonly inputs: number;
}

/** The network and the likelihood of a toy problem. */
export type ToyKind = 'mlp' | 'cnn' | 'regression';
export const TOY_KINDS: readonly ToyKind[] = ['mlp', 'cnn', 'regression'];

const CLASSES = 3;
const INPUTS = 4;

const NETWORKS: Readonly<Record<ToyKind, () => Architecture>> = {
  mlp: () =>
    architectureOf(
      [INPUTS],
      layersOf(
        [INPUTS],
        [
          { kind: 'dense', units: 16 },
          { kind: 'relu' },
          { kind: 'dense', units: 8 },
          { kind: 'relu' },
          { kind: 'dense', units: CLASSES },
        ],
      ),
    ),
  cnn: () =>
    architectureOf(
      [4, 4, 1],
      layersOf(
        [4, 4, 1],
        [
          { kind: 'conv2d', filters: 4, kernel: [3, 3], stride: [1, 1], padding: 'same' },
          { kind: 'relu' },
          { kind: 'max-pool', size: [2, 2], padding: 'valid' },
          { kind: 'conv2d', filters: 3, kernel: [2, 2], stride: [1, 1], padding: 'valid' },
          { kind: 'tanh' },
          { kind: 'flatten' },
          { kind: 'dense', units: CLASSES },
        ],
      ),
    ),
  regression: () =>
    architectureOf(
      [INPUTS],
      layersOf([INPUTS], [{ kind: 'dense', units: 12 }, { kind: 'tanh' }, { kind: 'dense', units: 1 }]),
    ),
};

/**
 * - `mlp`: the class is the largest of the first three of four inputs
 * - `cnn`: it is the brightest of the first three quarters of a 4 x 4 image
 * - `regression`: the target is a sum of the inputs, with noise, in its own unit
 */
export function toyData(key: Key, examples: number, kind: ToyKind = 'mlp'): Toy {
  const architecture = NETWORKS[kind]();
  const inputs = architecture.inputShape.reduce((a, b) => a * b, 1);
  const x = uniform(fold(key, 'toy'), examples * inputs, -1, 1);
  const row = (r: number): Float32Array => x.subarray(r * inputs, (r + 1) * inputs);
  const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values));
  const rows = { length: examples };
  if (kind === 'regression') {
    const noise = uniform(fold(key, 'noise'), examples, -0.3, 0.3);
    const targets = Float32Array.from(rows, (_, r) => {
      const [a = 0, b = 0, c = 0] = row(r);
      return 20 + 5 * (a - b + 0.5 * c + noise[r]!);
    });
    const scaling = { mean: 20, sd: 5 };
    const likelihood = gaussianLikelihood({ noise: 'learned', sd: 0.5 }, scaling, { kind: 'real' });
    return { architecture, likelihood, x, targets, inputs };
  }
  const quarter = (image: Float32Array, q: number): number => {
    const corner = 8 * Math.floor(q / 2) + 2 * (q % 2);
    return image[corner]! + image[corner + 1]! + image[corner + 4]! + image[corner + 5]!;
  };
  const targets = Uint8Array.from(rows, (_, r) =>
    kind === 'cnn'
      ? largest([0, 1, 2].map((q) => quarter(row(r), q)))
      : largest([...row(r).subarray(0, CLASSES)]),
  );
  return { architecture, likelihood: categoricalLikelihood(CLASSES), x, targets, inputs };
}

/** All examples of a toy problem, for training. */
export function examplesOf({ architecture, x, targets }: Toy): Examples {
  return {
    features: x,
    targets,
    inputShape: architecture.inputShape,
    rows: Uint32Array.from(targets, (_, row) => row),
    preprocessing: { input: { kind: 'divide', divisor: 1 } },
  };
}

/** An operand with rows [first, last) of the data. */
export function rowsOf(ops: Ops, { x, inputs }: Toy, first: number, last: number): Operand {
  const operand = ops.alloc([last - first, inputs]);
  ops.write(operand, x.subarray(first * inputs, last * inputs));
  return operand;
}

/** The batches of one epoch; the last one may be smaller. Free them with {@link freeBatches}. */
export function batchesOf(ops: Ops, data: Toy, size: number): Batch[] {
  const examples = data.targets.length;
  const batches = Math.ceil(examples / size);
  return Array.from({ length: batches }, (_, index) => {
    const [first, last] = [index * size, Math.min((index + 1) * size, examples)];
    return {
      x: rowsOf(ops, data, first, last),
      targets: data.targets.slice(first, last),
      index,
      batches,
      examples,
    };
  });
}

export function freeBatches(ops: Ops, batches: readonly Batch[]): void {
  for (const { x } of batches) ops.free(x);
}

/** All numbers of a set of operands, by name. */
export function readAll(ops: Ops, params: Params): Record<string, number[]> {
  return Object.fromEntries(Object.entries(params).map(([name, x]) => [name, [...ops.read(x)]]));
}

/** The context to make a method with, on a toy problem. */
export function toyContext(
  ops: Ops,
  { architecture, likelihood }: Pick<Toy, 'architecture' | 'likelihood'>,
  optimizer: MethodContext['optimizer'],
  batchSize: number,
): MethodContext {
  return { architecture, likelihood, ops, optimizer, batchSize };
}
