import { createHash } from 'node:crypto';
import { convGeometry, poolGeometry, type Key, type Operand, type Ops, type Prior } from '@bbb/kernels';
import { numbers, part } from './twins.js';

const prior: Prior = { kind: 'mixture', pi: 0.3, sigma1: 1, sigma2: 0.01 };
const gaussianPrior: Prior = { kind: 'gaussian', sigma: 0.3 };
const adam = { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 2 } as const;

/** The operands that a call writes, and the numbers that it returns. */
interface Outcome {
  readonly written: readonly Operand[];
  readonly returned?: unknown;
}
type Make = (shape: readonly number[], stream: number) => Operand;
export interface Sizes {
  readonly n: number;
  readonly m: number;
  readonly k: number;
  readonly key: Key;
}

/**
 * A call of every op, on operands of random sizes. `make` returns an operand filled from the random stream with
 * this number.
 */
export const calls: Readonly<Record<string, (ops: Ops, make: Make, sizes: Sizes) => Outcome>> = {
  matmul(ops, make, { m, n, k }) {
    const out = make([m, n], 0);
    ops.matmul(out, make([k, m], 1), make([n, k], 2), {
      transposeA: true,
      transposeB: true,
      bias: make([n], 3),
      relu: true,
    });
    return { written: [out] };
  },
  matmulOfZeros(ops, make, { m, n, k }) {
    const [out, a] = [make([m, n], 0), make([m, k], 1)];
    ops.relu(a, a);
    ops.dropout(a, a, 0.5, [1, 2]);
    ops.matmul(out, a, make([k, n], 2));
    return { written: [out] };
  },
  elementwise(ops, make, { n }) {
    const [a, b] = [make([n], 0), make([n], 1)];
    ops.square(a, a);
    ops.subtract(b, a, b);
    ops.multiply(a, a, b);
    ops.addProduct(a, b, b, 0.3);
    ops.tanh(b, b);
    ops.tanhBackward(a, b);
    ops.reluBackward(a, b, 1.5);
    return { written: [a, b] };
  },
  noise(ops, make, { n, m, key }) {
    const [x, y] = [make([m, 3, n], 0), make([m, 3, n], 1)];
    ops.dropout(x, x, 0.3, key, 3);
    ops.multiplySigns(y, x, key, 3, true);
    ops.square(x, x);
    ops.sampleActivations(y, y, x, key, x);
    const [w, variance, inputs] = [make([n, m], 2), make([n, m], 3), make([3, n], 4)];
    ops.relu(inputs, inputs);
    ops.sampleWeights(w, w, variance, key, inputs);
    return { written: [x, y, w] };
  },
  softmax(ops, make, { m, n }) {
    const [logits, grad] = [make([m, n], 0), make([m, n], 1)];
    const labels = Uint8Array.from({ length: m }, (_, i) => i % Math.min(n, 256));
    const returned = [
      ops.softmaxCrossEntropy(logits, labels, grad, 0.5),
      ops.softmaxCrossEntropy(logits, labels),
      ops.softmaxCrossEntropy(logits, labels, logits),
    ];
    ops.softmax(logits, logits);
    const sums = make([n], 2);
    ops.sumRows(sums, grad);
    return { written: [logits, grad, sums], returned };
  },
  gaussian(ops, make, { n, key }) {
    const [mu, rho, w, grad] = [make([n], 0), make([n], 1), make([n], 2), make([n], 3)];
    const [gMu, gRho] = [make([n], 4), make([n], 5)];
    const moments = [6, 7, 8, 9].map((stream) => {
      const moment = make([n], stream);
      ops.square(moment, moment);
      return moment;
    });
    ops.sampleGaussian(w, { mu, rho }, key);
    const sample = { w, key, grad, prior, klWeight: 0.1 };
    ops.gaussianGradients(gMu, gRho, { mu, rho }, sample, 0.5, true);
    const returned = [ops.complexityCost({ mu, rho }, w, key, prior), ops.logPrior(w, prior)];
    const [muMoments, rhoMoments] = [moments.slice(0, 2), moments.slice(2)];
    ops.updateGaussian({ mu, rho }, { ...sample, rule: adam, muMoments, rhoMoments });
    ops.updatePoint(w, { grad, prior, priorWeight: 0.2, rule: adam, moments: muMoments });
    return { written: [mu, rho, w, gMu, gRho, ...moments], returned };
  },
  local(ops, make, { n }) {
    const [mu, rho, meanGrad, varianceGrad] = [make([n], 0), make([n], 1), make([n], 2), make([n], 3)];
    const [gMu, gRho] = [make([n], 4), make([n], 5)];
    const gradients = { meanGrad, varianceGrad, prior: gaussianPrior, klWeight: 0.1 };
    ops.localGradients(gMu, gRho, { mu, rho }, gradients, 2, false);
    const rule = { kind: 'sgd', learningRate: 0.1, momentum: 0 } as const;
    ops.updateLocal({ mu, rho }, { ...gradients, rule, muMoments: [], rhoMoments: [] });
    const returned = ops.gaussianKl({ mu, rho }, gaussianPrior);
    ops.softplus(gMu, rho);
    ops.variance(gRho, rho);
    return { written: [mu, rho, gMu, gRho], returned };
  },
  memory(ops, make, { m, n }) {
    const [x, out] = [make([n], 0), make([n], 1)];
    ops.fillWhereZero(
      x,
      Uint8Array.from({ length: n }, (_, i) => i % 2),
      -Infinity,
    );
    ops.copy(out, x);
    const pixels = make([m, n], 2);
    const images = Uint8Array.from({ length: 2 * m * n }, (_, i) => (i * 37) & 255);
    ops.gatherPixels(
      pixels,
      images,
      Array.from({ length: m }, (_, i) => 2 * m - 1 - i),
      126,
    );
    return { written: [x, out, pixels] };
  },
  images(ops, make, { m, key }) {
    const batch = 1 + (m % 3);
    const filters = 1 + (key[0] % 20);
    const geometry = convGeometry({ input: [9, 8, 1 + (m % 4)], filters, window: 3, padding: 'same' });
    const pool = poolGeometry({ input: geometry.output, window: 2 });
    const x = make([batch, ...geometry.input], 0);
    const w = make(geometry.filter, 1);
    const [out, dOut] = [make([batch, ...geometry.output], 2), make([batch, ...geometry.output], 3)];
    const [pooled, dx] = [make([batch, ...pool.output], 4), make(x.shape, 5)];
    const [dW, dBias] = [make(w.shape, 6), make([filters], 7)];
    ops.convolve(out, x, w, geometry, { bias: dBias, relu: true });
    ops.maxPool(pooled, out, pool);
    ops.maxPoolBackward(dOut, pooled, out, pool);
    ops.convolveGradients(dW, dBias, x, dOut, geometry);
    ops.convolveBackward(dx, dOut, w, geometry);
    ops.averagePool(pooled, out, pool);
    ops.averagePoolBackward(dOut, pooled, pool);
    return { written: [out, dOut, pooled, dx, dW, dBias] };
  },
  more(ops, make, { n, m, key }) {
    const [a, b, mu, variance] = [make([m, 3, n], 0), make([m, 3, n], 1), make([n], 2), make([n], 3)];
    const [momentum, grad, w] = [make([n], 4), make([n], 5), make([n], 6)];
    ops.concreteMask(a, 0.3, 0.1, key, 3);
    ops.concreteMask(grad, 0.2, 0.5, key);
    ops.standardNormal(w, key);
    ops.multiplySigns(w, w, key);
    ops.dropout(b, b, 0.4, key);
    ops.sigmoid(b, b);
    ops.log(b, b);
    ops.variance(variance, variance, momentum);
    const step = { beta1: 0.9, beta2: 0.99, examples: 100, priorPrecision: 2, rate: 0.1, pull: 0.01 };
    ops.updateIvon({ mu, variance }, { momentum, grad, w, ...step });
    return { written: [a, b, mu, variance, momentum, grad, w] };
  },
  matmulOfPrunedWeights(ops, make, { n, m, k }) {
    const [out, b] = [make([2 * m, n], 0), make([k, n], 1)];
    ops.dropout(b, b, 0.95, [3, 4]);
    const a = make([2 * m, k], 2);
    ops.matmul(out, a, b, { bias: make([n], 3) });
    return { written: [out] };
  },
};

/** SHA-256 of the bits of everything that a call writes, and of its result. */
export function outcomeOf(name: string, ops: Ops, given: Sizes): unknown {
  const made: Operand[] = [];
  const make: Make = (shape, stream) => {
    const x = ops.alloc(shape);
    made.push(x);
    ops.write(
      x,
      numbers(
        part(given.key, stream),
        shape.reduce((a, b) => a * b, 1),
      ),
    );
    return x;
  };
  const { written, returned } = calls[name]!(ops, make, given);
  const bits = written.map((x) => createHash('sha256').update(ops.read(x)).digest('hex'));
  for (const x of made) ops.free(x);
  return { bits, returned };
}
