import * as tf from '@tensorflow/tfjs-core';
import { checked, sizeOf } from './checked.js';
import type { Key } from './key.js';
import type { Operand, Ops } from './ops.js';
import type { OptimizerStep } from './optimizer.js';
import type { Prior } from './prior.js';
import { dropThreshold } from './random/mask.js';
import { loadKernels } from './wasm/instance.js';

/* eslint-disable */
// Interim: simple SIMD kernels over blocks of 16.
type Any = Record<string, (...args: (number | boolean)[]) => number>;

export async function wasmOps({ fastMath = false }: { readonly fastMath?: boolean } = {}): Promise<Ops> {
  const kernels = await loadKernels(fastMath ? 'relaxed' : 'strict');
  const run = kernels.run as unknown as Any;
  const T = (x: Operand) => x as tf.Tensor;
  const at = (x: Operand) => kernels.offset(T(x));
  const n = (x: Operand) => sizeOf(x.shape);
  const eps = () => kernels.scratch('interim-eps', 64);
  const view = (x: Operand) => kernels.f32(at(x), n(x));

  /** Whole blocks in place, the rest in padded copies. */
  function blocks(
    operands: readonly Operand[],
    writes: readonly number[],
    go: (pointers: number[], blocks: number, first: number) => void,
  ): void {
    const count = n(operands[0]!);
    const whole = count & ~15;
    const pointers = operands.map(at);
    if (whole > 0) go(pointers, whole >> 4, 0);
    const rest = count - whole;
    if (rest === 0) return;
    const pad = kernels.scratch('interim-pad', 64 * operands.length);
    const padded = operands.map((_, i) => pad + 64 * i);
    operands.forEach((_, i) => {
      const to = kernels.f32(padded[i]!, 16);
      to.fill(0);
      to.set(kernels.f32(pointers[i]! + 4 * whole, rest));
    });
    go(padded, 1, whole);
    for (const i of writes) kernels.f32(pointers[i]! + 4 * whole, rest).set(kernels.f32(padded[i]!, rest));
  }
  const priorArgs = (p: Prior): number[] =>
    p.kind === 'flat'
      ? [0, 0, 0, 0]
      : p.kind === 'gaussian'
        ? [1, 1 / p.sigma ** 2, 0, 0]
        : [
            2,
            1 / p.sigma1 ** 2,
            1 / p.sigma2 ** 2,
            Math.log(p.pi / p.sigma1) - Math.log((1 - p.pi) / p.sigma2),
          ];
  const ruleArgs = (r: OptimizerStep): number[] =>
    r.kind === 'sgd'
      ? [r.momentum ? 1 : 0, r.learningRate, r.momentum, 0, 0, 0]
      : [
          2,
          r.learningRate / (1 - r.beta1 ** r.step),
          r.beta1,
          r.beta2,
          1 / Math.sqrt(1 - r.beta2 ** r.step),
          r.epsilon,
        ];
  const k = (key: Key): [number, number] => [key[0] | 0, key[1] | 0];
  const moment = (moments: readonly Operand[], i: number, or: Operand) => moments[i] ?? or;

  const ops: Ops = {
    name: fastMath ? 'wasm-relaxed' : 'wasm',
    alloc: (shape) => tf.keep(tf.zeros([...shape])),
    free: (x) => T(x).dispose(),
    read: (x) => view(x).slice(),
    write: (x, values) => view(x).set(values),
    copy: (out, x) => view(out).set(view(x)),
    fillWhereZero(x, keep, value) {
      const v = view(x);
      keep.forEach((kept, i) => {
        if (!kept) v[i] = value;
      });
    },
    gatherPixels(out, images, rows, divisor) {
      const pixels = sizeOf(out.shape) / rows.length;
      const bytes = kernels.scratch('interim-pixels', pixels * rows.length);
      const to = kernels.u8(bytes, pixels * rows.length);
      for (let r = 0; r < rows.length; r++)
        to.set(images.subarray(rows[r]! * pixels, (rows[r]! + 1) * pixels), r * pixels);
      run['pixels']!(at(out), bytes, pixels * rows.length, divisor);
    },
    matmul(out, a, b, { transposeA = false, transposeB = false, bias, relu = false } = {}) {
      const work = kernels.scratch('matmul', kernels.run.matmulWorkspace());
      const [m, columns] = out.shape as [number, number];
      const inner = (transposeA ? a.shape[0] : a.shape[1])!;
      kernels.run.matmul(
        at(out),
        at(a),
        at(b),
        m,
        columns,
        inner,
        transposeA,
        transposeB,
        bias ? at(bias) : 0,
        relu,
        work,
      );
    },
    sumRows: (out, a) => void run['sumRows']!(at(out), at(a), a.shape[0]!, a.shape[1]!),
    reluBackward: (grad, activation, scale) =>
      void run['reluBackward']!(at(grad), at(activation), n(grad), scale),
    dropout(out, x, p, key) {
      if (p === 0) return ops.copy(out, x);
      blocks(
        [out, x],
        [0],
        ([o, i], count, first) =>
          void run['dropout']!(o!, i!, count, first, dropThreshold(p) | 0, 1 / (1 - p), ...k(key)),
      );
    },
    softmaxCrossEntropy(logits, labels, grad, scale = 1) {
      const [m, classes] = logits.shape as [number, number];
      const bytes = kernels.scratch('interim-labels', m);
      kernels.u8(bytes, m).set(labels);
      const work = kernels.scratch('interim-softmax', 4 * (classes + 4));
      const nll = run['crossEntropyRows']!(at(logits), bytes, grad ? at(grad) : 0, m, classes, scale, work);
      return { nll, correct: run['correct']!() };
    },
    softmax(out, logits, accumulate = false) {
      const [m, classes] = logits.shape as [number, number];
      const work = kernels.scratch('interim-softmax', 4 * (classes + 4));
      run['softmaxRows']!(at(out), at(logits), m, classes, accumulate, work);
    },
    softplus: (out, rho) =>
      blocks([out, rho], [0], ([o, r], count) => void run['softplusBlocks']!(o!, r!, count)),
    standardNormal: (out, key) =>
      blocks([out], [0], ([o], count, first) => void run['standardNormal']!(o!, count, first, ...k(key))),
    sampleGaussian: (w, { mu, rho }, key) =>
      blocks(
        [w, mu, rho],
        [0],
        ([o, m, r], count, first) => void run['sampleGaussian']!(o!, m!, r!, count, first, ...k(key), eps()),
      ),
    gaussianGradients: (gMu, gRho, { rho }, { w, key, grad, prior, klWeight }, scale, accumulate) =>
      blocks(
        [gMu, gRho, rho, w, grad],
        [0, 1],
        (p, count, first) =>
          void run['gaussianGradients']!(
            ...p,
            count,
            first,
            ...k(key),
            eps(),
            ...priorArgs(prior),
            klWeight,
            scale,
            accumulate,
          ),
      ),
    updateGaussian({ mu, rho }, { w, key, grad, prior, klWeight, rule, muMoments, rhoMoments }) {
      const moments = [
        moment(muMoments, 0, mu),
        moment(muMoments, 1, mu),
        moment(rhoMoments, 0, mu),
        moment(rhoMoments, 1, mu),
      ];
      const written =
        muMoments.length === 0 ? [0, 1] : muMoments.length === 1 ? [0, 1, 4, 6] : [0, 1, 4, 5, 6, 7];
      blocks(
        [mu, rho, w, grad, ...moments],
        written,
        (p, count, first) =>
          void run['updateGaussian']!(
            ...p,
            count,
            first,
            ...k(key),
            eps(),
            ...priorArgs(prior),
            klWeight,
            ...ruleArgs(rule),
          ),
      );
    },
    complexityCost({ mu, rho }, w, key, prior) {
      const noise = tf.keep(tf.zeros([n(mu)]));
      ops.standardNormal(noise, key);
      const [e, r, x] = [view(noise), view(rho), view(w)];
      let sum = 0;
      for (let i = 0; i < r.length; i++) {
        const sigma = r[i]! > 0 ? r[i]! + Math.log1p(Math.exp(-r[i]!)) : Math.log1p(Math.exp(r[i]!));
        if (sigma > 0)
          sum += -0.9189385332046727 - Math.log(sigma) - (e[i]! * e[i]!) / 2 - logPrior(x[i]!, prior);
      }
      noise.dispose();
      return sum;
    },
    updatePoint(w, { grad, prior, priorWeight, rule, moments }) {
      const written = moments.length === 0 ? [0] : moments.length === 1 ? [0, 2] : [0, 2, 3];
      blocks(
        [w, grad, moment(moments, 0, w), moment(moments, 1, w)],
        written,
        (p, count) =>
          void run['updatePoint']!(...p, count, ...priorArgs(prior), priorWeight, ...ruleArgs(rule)),
      );
    },
    logPrior: (w, prior) => view(w).reduce((sum, x) => sum + logPrior(x, prior), 0),
  };
  return checked(ops);
}

function logPrior(w: number, p: Prior): number {
  if (p.kind === 'flat') return 0;
  const normal = (s: number) => -0.9189385332046727 - Math.log(s) - (w * w) / (2 * s * s);
  if (p.kind === 'gaussian') return normal(p.sigma);
  const [a, b] = [Math.log(p.pi) + normal(p.sigma1), Math.log(1 - p.pi) + normal(p.sigma2)];
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
