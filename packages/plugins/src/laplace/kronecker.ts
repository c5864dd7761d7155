import { kroneckerFactors, sizeOf, type LinearLayer, type Params, type ParamSpec } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';
import { weightKey, type Operands } from '../pieces/operands.js';
import { namesOf, sigmaName, type Covariance } from './covariance.js';
import { eigenOf } from './eigen.js';

/** The parameters of one layer: eigenvectors of A and of G, and the standard deviation along each pair of them. */
function keptNames({ weight }: LinearLayer): { a: string; g: string; scale: string } {
  const of = (part: string): string => `laplace.${weight.name}.${part}`;
  return { a: of('inputs'), g: of('outputs'), scale: of('scale') };
}

function sizesOf({ weight, bias }: LinearLayer): { rows: number; units: number } {
  return { rows: weight.fanIn + 1, units: sizeOf(bias.shape) };
}

/**
 * Each layer's weights and bias together, a matrix `[fanIn + 1, units]`, with the precision A (x) G + lambda I of Kronecker factors of the
 * Gauss-Newton matrix (Ritter et al. 2018, "A scalable Laplace approximation for neural networks"). In the basis of the eigenvectors of both
 * factors it is diagonal, a_i g_j + lambda, so neither the prior nor a draw needs another approximation.
 *
 * @param exact whether to use every column of the Hessian with respect to the outputs, instead of one random combination of them
 */
export function kroneckerCovariance(ops: Ops, layers: readonly LinearLayer[], exact: boolean): Covariance {
  return {
    params: layers.flatMap((layer): ParamSpec[] => {
      const [{ a, g, scale }, { rows, units }] = [keptNames(layer), sizesOf(layer)];
      return [
        { name: a, shape: [rows, rows], pruned: 0 },
        { name: g, shape: [units, units], pruned: 0 },
        { name: scale, shape: [rows, units], pruned: 0 },
      ];
    }),
    init: (sigma) => Object.fromEntries(layers.flatMap((layer) => initial(ops, layer, sigma))),
    measure(input, key) {
      const of = (layer: LinearLayer): boolean => layers.includes(layer);
      const factors = kroneckerFactors(input, { of, ...(exact ? {} : { signs: key }) }).map(
        ({ layer, a, g }) => {
          const { rows, units } = sizesOf(layer);
          return { layer, a: eigenOf(a, rows), g: eigenOf(g, units) };
        },
      );
      const spectra = factors.map(({ layer, a, g }) => {
        const units = g.values.length;
        const curvatures = new Float64Array(a.values.length * units);
        for (let i = 0; i < curvatures.length; i++)
          curvatures[i] = a.values[Math.floor(i / units)]! * g.values[i % units]!;
        return {
          curvatures,
          weights: alongEigenvectors(ops, layer, input.network.weights, a.vectors, g.vectors),
        };
      });
      return {
        spectra,
        write(params, precisions) {
          factors.forEach(({ layer, a, g }, l) => {
            const names = keptNames(layer);
            ops.write(params[names.a]!, a.vectors);
            ops.write(params[names.g]!, g.vectors);
            ops.write(
              params[names.scale]!,
              spectra[l]!.curvatures.map((h) => 1 / Math.sqrt(h + precisions[l]!)),
            );
            writeSigmas(ops, layer, params);
          });
        },
      };
    },
    outputVariances: (out, params, layer, x) => kroneckerVariances(ops, out, params, layer, x),
    noise(out, params, key) {
      for (const layer of layers) {
        const { a, g, scale } = keptNames(layer);
        const { rows, units } = sizesOf(layer);
        const [z, turned] = [ops.alloc([rows, units]), ops.alloc([rows, units])];
        try {
          ops.standardNormal(z, weightKey(key, layer.weight.name));
          ops.multiply(z, z, params[scale]!);
          ops.matmul(turned, params[a]!, z);
          ops.matmul(z, turned, params[g]!, { transposeB: true });
          writeRows(ops, layer, ops.read(z), (name) => out[name]!);
        } finally {
          ops.free(z);
          ops.free(turned);
        }
        keepPruned(ops, layer, out, params);
      }
    },
  };
}

/** Q_a^T W Q_g, where W is the matrix of weights and biases `[fanIn + 1, units]`. */
function alongEigenvectors(
  ops: Ops,
  layer: LinearLayer,
  weights: Params,
  a: Float64Array,
  g: Float64Array,
): Float64Array {
  const { rows, units } = sizesOf(layer);
  const alloc = (size: number): Operand => ops.alloc([size, size]);
  const [inputs, outputs] = [alloc(rows), alloc(units)];
  const [matrix, turned] = [ops.alloc([rows, units]), ops.alloc([rows, units])];
  try {
    ops.write(inputs, a);
    ops.write(outputs, g);
    const [weight, bias] = namesOf(layer).map((name) => ops.read(weights[name]!)) as [Values, Values];
    const values = new Float64Array(rows * units);
    values.set(weight);
    values.set(bias, weight.length);
    ops.write(matrix, values);
    ops.matmul(turned, inputs, matrix, { transposeA: true });
    ops.matmul(matrix, turned, outputs);
    return Float64Array.from(ops.read(matrix));
  } finally {
    for (const operand of [inputs, outputs, matrix, turned]) ops.free(operand);
  }
}

function initial(ops: Ops, layer: LinearLayer, sigma: number): [string, Operand][] {
  const [names, { rows, units }] = [keptNames(layer), sizesOf(layer)];
  const filled = (shape: [number, number], value: (i: number) => number): Operand => {
    const operand = ops.alloc(shape);
    ops.write(
      operand,
      Float64Array.from({ length: shape[0] * shape[1] }, (_, i) => value(i)),
    );
    return operand;
  };
  const identity = (size: number): Operand => filled([size, size], (i) => (i % (size + 1) === 0 ? 1 : 0));
  return [
    [names.a, identity(rows)],
    [names.g, identity(units)],
    [names.scale, filled([rows, units], () => sigma)],
  ];
}

/** Standard deviations of the single weights: the diagonal of the covariance is (Q_a^2) scale^2 (Q_g^2)^T, squares by element. */
function writeSigmas(ops: Ops, layer: LinearLayer, params: Params): void {
  const { a, g, scale } = keptNames(layer);
  const [squaredA, squaredG, variances] = [a, g, scale].map((name) => {
    const square = ops.alloc(params[name]!.shape);
    ops.square(square, params[name]!);
    return square;
  }) as [Operand, Operand, Operand];
  const turned = ops.alloc(variances.shape);
  try {
    ops.matmul(turned, squaredA, variances);
    ops.matmul(variances, turned, squaredG, { transposeB: true });
    writeRows(ops, layer, ops.read(variances).map(Math.sqrt), (name) => params[sigmaName(name)]!);
  } finally {
    for (const operand of [squaredA, squaredG, variances, turned]) ops.free(operand);
  }
}

type Values = Float32Array | Float64Array;

/** Writes a matrix `[fanIn + 1, units]` into weight and bias. The bias is its last row. */
function writeRows(ops: Ops, layer: LinearLayer, values: Values, of: (name: string) => Operand): void {
  const bias = values.length - sizesOf(layer).units;
  ops.write(of(layer.weight.name), values.subarray(0, bias));
  ops.write(of(layer.bias.name), values.subarray(bias));
}

/**
 * Var(sum_i x_i w_ik) = sum_b (sum_a (x Q_a)_a^2 s_ab^2) (Q_g)_kb^2, x with a 1 for the bias; where weights are pruned, those of each unit are
 * left out of x on their own.
 */
function kroneckerVariances(ops: Ops, out: Operand, params: Params, layer: LinearLayer, x: Operand): void {
  const { a, g, scale } = keptNames(layer);
  const { rows, units } = sizesOf(layer);
  const batch = x.shape[0]!;
  const made: Operand[] = [];
  const alloc = (shape: readonly [number, number]): Operand => {
    const operand = ops.alloc(shape);
    made.push(operand);
    return operand;
  };
  try {
    const withOne = alloc([batch, rows]);
    ops.write(withOne, appendOne(ops.read(x), batch, rows));
    const [squaredScale, squaredG] = [alloc([rows, units]), alloc([units, units])];
    ops.square(squaredScale, params[scale]!);
    ops.square(squaredG, params[g]!);
    const [vectors, turned, along] = [alloc([rows, rows]), alloc([batch, rows]), alloc([batch, units])];
    /** `[batch, units]`, by the eigenvectors of the outputs. */
    const alongEach = (inputs: Operand): void => {
      ops.matmul(turned, withOne, inputs);
      ops.square(turned, turned);
      ops.matmul(along, turned, squaredScale);
    };
    const keep = keptOf(ops, layer, params);
    if (!keep.includes(0)) {
      alongEach(params[a]!);
      ops.matmul(out, along, squaredG, { transposeB: true });
      return;
    }
    const shares = ops.read(squaredG).slice();
    const variances = new Float64Array(batch * units);
    for (let unit = 0; unit < units; unit++) {
      ops.copy(vectors, params[a]!);
      ops.fillWhereZero(
        vectors,
        Uint8Array.from({ length: rows * rows }, (_, i) => keep[Math.floor(i / rows) * units + unit]!),
        0,
      );
      alongEach(vectors);
      const values = ops.read(along);
      for (let row = 0; row < batch; row++)
        for (let b = 0; b < units; b++)
          variances[row * units + unit]! += values[row * units + b]! * shares[unit * units + b]!;
    }
    ops.write(out, variances);
  } finally {
    for (const operand of made) ops.free(operand);
  }
}

/** Rows with a 1 behind each: what the bias is multiplied by. */
function appendOne(x: ArrayLike<number>, batch: number, rows: number): Float64Array {
  return Float64Array.from({ length: batch * rows }, (_, i) => {
    const [row, column] = [Math.floor(i / rows), i % rows];
    return column === rows - 1 ? 1 : x[row * (rows - 1) + column]!;
  });
}

/** `[fanIn + 1, units]`: 0 for a weight that is pruned. */
function keptOf(ops: Ops, layer: LinearLayer, params: Params): Uint8Array {
  return Uint8Array.from(
    namesOf(layer).flatMap((name) =>
      Array.from(ops.read(params[sigmaName(name)]!), (sigma) => (sigma > 0 ? 1 : 0)),
    ),
  );
}

/** The standard deviation of a pruned weight is 0, so a draw does not change it. */
function keepPruned(ops: Ops, layer: LinearLayer, out: Operands, params: Params): void {
  for (const name of namesOf(layer)) {
    const keep = Uint8Array.from(ops.read(params[sigmaName(name)]!), (sigma) => (sigma > 0 ? 1 : 0));
    if (keep.includes(0)) ops.fillWhereZero(out[name]!, keep, 0);
  }
}
