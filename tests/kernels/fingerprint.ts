import { createHash } from 'node:crypto';
import { convGeometry, poolGeometry, type Key, type Operand, type Ops, type Prior } from '@bbb/kernels';

const priors: readonly Prior[] = [
  { kind: 'flat' },
  { kind: 'gaussian', sigma: 0.3 },
  { kind: 'mixture', pi: 0.5, sigma1: 1, sigma2: 0.0025 },
];

/**
 * SHA-256 of all numbers after `steps` steps of a 33-17-5 network. The steps resemble training and use every op:
 * draws, matrix products, dropout, softmax, and updates with every prior and Adam. Strict ops give the same text
 * on every machine and engine.
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
  // Most inputs are 0, as in images of digits, so products skip them.
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

/** SHA-256 of the results of the ops for images, activations and estimators, on the same numbers. */
export function imageFingerprint(ops: Ops): string {
  const hash = createHash('sha256');
  const note = (x: Operand): void => {
    const values = ops.read(x);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
  const normal = (shape: readonly number[], key: number): Operand => {
    const x = ops.alloc(shape);
    ops.standardNormal(x, [key, 5]);
    return x;
  };
  const batch = 5;
  for (const [input, filters, window, stride, padding] of [
    [[13, 11, 1], 20, 5, 1, 'valid'],
    [[9, 8, 12], 17, 3, 1, 'same'],
    [[9, 8, 3], 8, [3, 2], 2, 'same'],
  ] as const) {
    const geometry = convGeometry({ input, filters, window, stride, padding });
    const pool = poolGeometry({ input: geometry.output, window: 2, stride: 2, padding });
    const x = normal([batch, ...input], 1);
    const [w, bias] = [normal(geometry.filter, 2), normal([filters], 3)];
    const [out, dOut] = [ops.alloc([batch, ...geometry.output]), ops.alloc([batch, ...geometry.output])];
    const [pooled, mean] = [ops.alloc([batch, ...pool.output]), ops.alloc([batch, ...pool.output])];
    const [dx, dW, dBias] = [ops.alloc(x.shape), ops.alloc(w.shape), ops.alloc(bias.shape)];
    ops.convolve(out, x, w, geometry, { bias });
    ops.tanh(out, out);
    ops.maxPool(pooled, out, pool);
    ops.averagePool(mean, out, pool);
    ops.maxPoolBackward(dOut, pooled, out, pool);
    note(dOut);
    for (const gradient of [dOut, out]) {
      ops.convolveBackward(dx, gradient, w, geometry);
      ops.convolveGradients(dW, dBias, x, gradient, geometry);
      [out, pooled, mean, dx, dW, dBias].forEach(note);
    }
    ops.averagePoolBackward(out, mean, pool);
    ops.multiplySigns(out, out, [7, 8], geometry.output[0] * geometry.output[1], true);
    ops.dropout(out, out, 0.4, [7, 8], geometry.output[0] * geometry.output[1]);
    note(out);
    const [mu, rho, variance] = [dW, w, ops.alloc(w.shape)];
    ops.variance(variance, rho);
    ops.sampleActivations(mu, mu, variance, [9, 9], variance);
    const rule = { kind: 'sgd', learningRate: 0.1, momentum: 0 } as const;
    const prior = { kind: 'gaussian', sigma: 0.5 } as const;
    const gradients = { meanGrad: mu, varianceGrad: variance, prior, klWeight: 0.1 };
    hash.update(String(ops.gaussianKl({ mu, rho }, prior)));
    ops.updateLocal({ mu, rho }, { ...gradients, rule, muMoments: [], rhoMoments: [] });
    [mu, rho, variance].forEach(note);
    for (const operand of [x, w, bias, out, dOut, pooled, mean, dx, dW, dBias, variance]) ops.free(operand);
  }
  return hash.digest('hex');
}
