import { createHash } from 'node:crypto';
import type { Key, Operand, Ops, Prior } from '@bbb/kernels';

const priors: readonly Prior[] = [
  { kind: 'flat' },
  { kind: 'gaussian', sigma: 0.3 },
  { kind: 'mixture', pi: 0.5, sigma1: 1, sigma2: 0.0025 },
];

/**
 * SHA-256 of all numbers after `steps` training-like steps of a 33-17-5 network that go through every op: draws, matrix products,
 * dropout, softmax, updates with every prior under Adam. The strict ops give the same text on every machine and engine.
 */
export function fingerprint(ops: Ops, steps: number): string {
  const [batch, inputs, hidden, classes] = [19, 33, 17, 5];
  const made: Operand[] = [];
  const alloc = (...shape: number[]): Operand => {
    const x = ops.alloc(shape);
    made.push(x);
    return x;
  };
  const layers = [
    [inputs, hidden],
    [hidden, classes],
  ].map(([m, n]) => {
    const one = (): Operand => alloc(m!, n!);
    const moments = [one(), one(), one(), one()] as const;
    return { mu: one(), rho: one(), w: one(), grad: one(), gRho: one(), moments };
  });
  const [x, h, dropped, delta] = [
    alloc(batch, inputs),
    alloc(batch, hidden),
    alloc(batch, hidden),
    alloc(batch, hidden),
  ];
  const [logits, grad, bias] = [alloc(batch, classes), alloc(batch, classes), alloc(hidden)];
  // Mostly background, as in digits: products skip it.
  const images = Uint8Array.from({ length: 64 * inputs }, (_, i) => Math.max(0, ((i * 89) & 255) - 170));
  const labels = Uint8Array.from({ length: batch }, (_, i) => i % classes);
  const [first, second] = layers as [(typeof layers)[0], (typeof layers)[0]];
  for (const { mu, rho } of layers) {
    ops.standardNormal(mu, [1, 2]);
    ops.standardNormal(rho, [3, 4]);
  }
  let scalars = '';
  for (let step = 1; step <= steps; step++) {
    const key: Key = [step, 77];
    ops.gatherPixels(
      x,
      images,
      Array.from({ length: batch }, (_, i) => (i * 7 + step) % 64),
      126,
    );
    for (const { mu, rho, w } of layers) ops.sampleGaussian(w, { mu, rho }, key);
    ops.matmul(h, x, first.w, { bias, relu: true });
    ops.dropout(dropped, h, 0.3, key);
    ops.matmul(logits, dropped, second.w);
    const { nll, correct } = ops.softmaxCrossEntropy(logits, labels, grad, 1 / batch);
    ops.matmul(second.grad, dropped, grad, { transposeA: true });
    ops.matmul(delta, grad, second.w, { transposeB: true });
    ops.reluBackward(delta, dropped, 1 / 0.7);
    ops.matmul(first.grad, x, delta, { transposeA: true });
    ops.sumRows(bias, delta);
    const prior = priors[step % 3]!;
    const rule = { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step } as const;
    for (const { mu, rho, w, grad: g, gRho, moments } of layers) {
      const sample = { w, key, grad: g, prior, klWeight: 0.01 };
      scalars += `${nll} ${correct} ${ops.complexityCost({ mu, rho }, w, key, prior)} ${ops.logPrior(w, prior)};`;
      ops.updateGaussian(
        { mu, rho },
        { ...sample, rule, muMoments: moments.slice(0, 2), rhoMoments: moments.slice(2) },
      );
      ops.gaussianGradients(g, gRho, { mu, rho }, sample, 0.5, true);
    }
    ops.softmax(logits, logits);
  }
  const hash = createHash('sha256').update(scalars);
  for (const operand of made) {
    const values = ops.read(operand);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    ops.free(operand);
  }
  return hash.digest('hex');
}
