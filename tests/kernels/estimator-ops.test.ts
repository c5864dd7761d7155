import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { referenceOps, startTfjs, wasmOps, type Key, type OptimizerStep, type Ops } from '@bbb/kernels';
import { check, keys, numbers, part, sizes, type Twins } from './twins.js';

const prior = { kind: 'gaussian', sigma: 0.3 } as const;
const rules = fc.constantFrom<OptimizerStep>(
  { kind: 'sgd', learningRate: 0.1, momentum: 0 },
  { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
  { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 },
);
/** [examples, positions, channels] */
const images = fc.tuple(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 12 }),
  fc.constantFrom(1, 2, 3, 4, 5, 16, 20, 50),
);

describe.each([false, true])(
  'estimators on the WebAssembly ops against float64, fast math %s',
  (fastMath) => {
    let ops: Ops;
    beforeAll(async () => {
      await startTfjs();
      ops = await wasmOps({ fastMath });
    });

    const random = ({ twin }: Twins, n: number, key: Key, of?: (z: number, i: number) => number) =>
      twin(
        [n],
        numbers(key, n).map((z, i) => (of ? of(z, i) : z)),
      );

    test('relu, tanh and its gradient', () => {
      check(ops, fc.tuple(sizes, keys), (bench, [n, key]) => {
        const x = random(bench, n, key, (z) => 3 * z);
        const [y, grad] = [bench.twin([n]), random(bench, n, part(key, 1))];
        bench.run((on, of) => on.relu(of(y), of(x)));
        bench.expectClose(y, 0);
        bench.run((on, of) => on.tanh(of(y), of(x)));
        bench.expectClose(y, 2.5e-7);
        bench.run((on, of) => on.tanhBackward(of(grad), of(y)));
        bench.expectClose(grad, 1e-6, 1e-6);
        bench.run((on, of) => on.tanh(of(x), of(x)));
        expect(ops.read(x.wasm)).toEqual(ops.read(y.wasm));
      });
    });

    test('log and sigmoid, in place too', () => {
      check(ops, fc.tuple(sizes, keys), (bench, [n, key]) => {
        const x = random(bench, n, key, (z) => 6 * z);
        const y = bench.twin([n]);
        bench.run((on, of) => on.sigmoid(of(y), of(x)));
        bench.expectClose(y, 5e-7);
        bench.run((on, of) => on.log(of(y), of(y)));
        bench.expectClose(y, 5e-7, 1e-6);
      });
    });

    test('square, subtract, multiply and addProduct, onto their inputs too', () => {
      check(ops, fc.tuple(sizes, keys), (bench, [n, key]) => {
        const [a, b] = [random(bench, n, part(key, 1)), random(bench, n, part(key, 2))];
        const out = bench.twin([n]);
        bench.run((on, of) => on.square(of(out), of(a)));
        bench.expectClose(out, 1e-7);
        bench.run((on, of) => on.addProduct(of(out), of(a), of(b), -2));
        bench.expectClose(out, 1e-6, 1e-6);
        bench.run((on, of) => on.subtract(of(out), of(a), of(b)));
        bench.expectClose(out, 1e-7, 1e-7);
        bench.run((on, of) => on.multiply(of(out), of(a), of(b)));
        bench.expectClose(out, 1e-7);
        bench.run((on, of) => on.multiply(of(a), of(a), of(b)));
        expect(ops.read(a.wasm)).toEqual(ops.read(out.wasm));
        bench.run((on, of) => on.subtract(of(b), of(out), of(b)));
        bench.expectClose(b, 1e-6, 1e-6);
      });
    });

    test('dropout of numbers with long runs of zeros', () => {
      check(ops, fc.tuple(fc.integer({ min: 1, max: 1200 }), keys), (bench, [count, key]) => {
        const some = numbers(part(key, 1), count, (z) => z + 10);
        const x = bench.twin(
          [count],
          some.map((value, i) => (i % 48 < 29 ? 0 : value)),
        );
        const out = bench.twin([count]);
        bench.run((on, of) => on.dropout(of(out), of(x), 0.3, key));
        bench.expectClose(out, 2e-7);
      });
    });

    test('masks and signs, for every element or for every channel of an example', () => {
      check(ops, fc.tuple(images, keys), (bench, [[examples, positions, channels], key]) => {
        const shape = [examples, positions, channels];
        const x = bench.twin(
          shape,
          numbers(part(key, 1), examples * positions * channels, (z) => z + 10),
        );
        const [dropped, signed] = [bench.twin(shape), bench.twin(shape)];
        bench.run((on, of) => on.dropout(of(dropped), of(x), 0.3, key, positions));
        bench.expectClose(dropped, 2e-7);
        bench.run((on, of) => on.multiplySigns(of(signed), of(x), key, positions));
        bench.expectClose(signed, 0);
        bench.run((on, of) => on.multiplySigns(of(signed), of(x), key, positions, true));
        bench.expectClose(signed, 1e-7);
        bench.run((on, of) => on.multiplySigns(of(signed), of(signed), key, positions));
        expect(ops.read(signed.wasm).every((value) => value > 0)).toBe(true);
        // There is one decision for each channel of an example: the same at every position, and the same as for a vector of channels.
        const flat = bench.twin([examples, channels], new Float32Array(examples * channels).fill(1));
        const [mask, signs] = [bench.twin(flat.wasm.shape), bench.twin(flat.wasm.shape)];
        ops.dropout(mask.wasm, flat.wasm, 0.3, key);
        ops.multiplySigns(signs.wasm, flat.wasm, key);
        const [kept, sign] = [ops.read(mask.wasm), ops.read(signs.wasm)];
        ops.multiplySigns(x.wasm, x.wasm, key, positions);
        const flipped = ops.read(x.wasm);
        ops.read(dropped.wasm).forEach((value, i) => {
          const at = Math.floor(i / (positions * channels)) * channels + (i % channels);
          expect(value > 0).toBe(kept[at]! > 0);
          expect(Math.sign(flipped[i]!)).toBe(sign[at]);
        });
      });
    });

    test('sampleActivations and the slope of its noise', () => {
      check(ops, fc.tuple(sizes, keys), (bench, [n, key]) => {
        const mean = random(bench, n, part(key, 1));
        const variance = random(bench, n, part(key, 2), (z, i) => (i % 7 === 3 ? 0 : z * z));
        const [out, plain, slope] = [bench.twin([n]), bench.twin([n]), bench.twin([n])];
        bench.run((on, of) => on.sampleActivations(of(plain), of(mean), of(variance), key));
        bench.expectClose(plain, 1e-6, 2e-6);
        bench.run((on, of) => on.sampleActivations(of(out), of(mean), of(variance), key, of(slope)));
        expect(ops.read(out.wasm)).toEqual(ops.read(plain.wasm));
        bench.expectClose(slope, 1e-6, 2e-5);
        bench.run((on, of) => on.sampleActivations(of(mean), of(mean), of(variance), key, of(variance)));
        expect(ops.read(mean.wasm)).toEqual(ops.read(out.wasm));
        expect(ops.read(variance.wasm)).toEqual(ops.read(slope.wasm));
        ops.read(slope.wasm).forEach((value, i) => i % 7 === 3 && expect(value).toBe(0));
      });
    });

    test('sampleWeights draws the same as sampleActivations, and skips only weights that no product with x uses', () => {
      check(
        ops,
        fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), keys),
        (bench, [inputs, outputs, key]) => {
          const n = inputs * outputs;
          const matrix = (rows: number, from: Float32Array) => bench.twin([rows, outputs], from);
          const mean = matrix(inputs, numbers(part(key, 1), n));
          const variance = matrix(
            inputs,
            numbers(part(key, 2), n).map((z, i) => (i % 7 === 3 ? 0 : z * z)),
          );
          // Inputs have runs of 0 and -0, except at the end of the last example.
          const values = numbers(part(key, 3), 3 * inputs).map((z, i) =>
            (i % inputs) % 9 < 5 && i < 3 * inputs - 1 ? (i % 2 ? 0 : -0) : z,
          );
          const x = bench.twin([3, inputs], values);
          const [all, used] = [bench.twin([inputs, outputs]), bench.twin([inputs, outputs])];
          const [ofAll, ofUsed] = [bench.twin([3, outputs]), bench.twin([3, outputs])];
          bench.run((on, of) => {
            on.sampleActivations(of(all), of(mean), of(variance), key);
            on.sampleWeights(of(used), of(mean), of(variance), key, of(x));
            on.matmul(of(ofAll), of(x), of(all));
            on.matmul(of(ofUsed), of(x), of(used));
          });
          expect(ops.read(ofUsed.wasm)).toEqual(ops.read(ofAll.wasm));
          const [drawn, means, whole] = [used, mean, all].map(({ wasm }) => [...ops.read(wasm)]);
          const leftOut = drawn!.flatMap((w, i) => (Object.is(w, whole![i]) ? [] : [i]));
          expect(leftOut.map((i) => drawn![i])).toEqual(leftOut.map((i) => means![i]));
          const seen = leftOut.filter((i) =>
            [0, 1, 2].some((row) => values[row * inputs + Math.floor(i / outputs)]),
          );
          expect(seen).toEqual([]);
          if (inputs > 9 && outputs > 32) expect(leftOut).not.toEqual([]);
        },
      );
    });

    /** Weights with gradients. Every seventh weight has sigma = 0. */
    function posterior(bench: Twins, n: number, key: Key) {
      const mu = random(bench, n, part(key, 1), (z) => 0.2 * z);
      const rho = random(bench, n, part(key, 2), (z, i) => (i % 7 === 3 ? -Infinity : -3 + 1.5 * z));
      const meanGrad = random(bench, n, part(key, 3), (z) => 0.1 * z);
      const varianceGrad = random(bench, n, part(key, 4), (z) => 0.1 * z);
      return { mu, rho, meanGrad, varianceGrad };
    }

    test('variance, localGradients and gaussianKl', () => {
      check(ops, fc.tuple(sizes, keys, fc.boolean()), (bench, [n, key, accumulate]) => {
        const { mu, rho, meanGrad, varianceGrad } = posterior(bench, n, key);
        const [gMu, gRho] = [random(bench, n, part(key, 5)), random(bench, n, part(key, 6))];
        const sigma2 = bench.twin([n]);
        bench.run((on, of) => on.variance(of(sigma2), of(rho)));
        bench.expectClose(sigma2, 1e-6);
        bench.run((on, of) => {
          const gradients = { meanGrad: of(meanGrad), varianceGrad: of(varianceGrad), prior, klWeight: 0.01 };
          on.localGradients(of(gMu), of(gRho), { mu: of(mu), rho: of(rho) }, gradients, 0.5, accumulate);
        });
        bench.expectClose(gMu, 1e-6, 1e-6);
        bench.expectClose(gRho, 2e-6, 1e-6);
        const kl = bench.run((on, of) => on.gaussianKl({ mu: of(mu), rho: of(rho) }, prior));
        expect(Math.abs(kl.wasm - kl.reference)).toBeLessThan(1e-6 * (n + kl.reference));
      });
    });

    test('updateLocal is localGradients and then the optimiser on mu and rho, bit for bit', () => {
      check(ops, fc.tuple(sizes, keys, rules), (bench, [n, key, rule]) => {
        const { mu, rho, meanGrad, varianceGrad } = posterior(bench, n, key);
        const [mu2, rho2] = [bench.twin([n], ops.read(mu.wasm)), bench.twin([n], ops.read(rho.wasm))];
        const count = rule.kind === 'adam' ? 2 : rule.momentum ? 1 : 0;
        const moments = () =>
          Array.from(
            { length: count },
            (_, i) => random(bench, n, part(key, 8 + i), (z) => 0.01 * Math.abs(z)).wasm,
          );
        const [muMoments, rhoMoments, muMoments2, rhoMoments2] = [moments(), moments(), moments(), moments()];
        const gradients = { meanGrad: meanGrad.wasm, varianceGrad: varianceGrad.wasm, prior, klWeight: 0.01 };
        const [gMu, gRho] = [bench.twin([n]).wasm, bench.twin([n]).wasm];
        ops.localGradients(gMu, gRho, { mu: mu.wasm, rho: rho.wasm }, gradients, 1, false);
        const plain = { prior: { kind: 'flat' }, priorWeight: 0, rule } as const;
        ops.updatePoint(mu2.wasm, { ...plain, grad: gMu, moments: muMoments2 });
        ops.updatePoint(rho2.wasm, { ...plain, grad: gRho, moments: rhoMoments2 });
        ops.updateLocal({ mu: mu.wasm, rho: rho.wasm }, { ...gradients, rule, muMoments, rhoMoments });
        expect(ops.read(mu.wasm)).toEqual(ops.read(mu2.wasm));
        expect(ops.read(rho.wasm)).toEqual(ops.read(rho2.wasm));
        muMoments.forEach((moment, i) => expect(ops.read(moment)).toEqual(ops.read(muMoments2[i]!)));
        rhoMoments.forEach((moment, i) => expect(ops.read(moment)).toEqual(ops.read(rhoMoments2[i]!)));
      });
    });

    test('with noiseGrad, mu learns from grad and rho from noiseGrad', () => {
      const priors = fc.constantFrom(
        prior,
        { kind: 'flat' } as const,
        { kind: 'mixture', pi: 0.5, sigma1: 1, sigma2: 0.05 } as const,
      );
      check(ops, fc.tuple(sizes, keys, priors, rules), (bench, [n, key, prior, rule]) => {
        const { mu, rho, meanGrad, varianceGrad } = posterior(bench, n, key);
        const [w, gMu, gRho] = [bench.twin([n]).wasm, bench.twin([n]).wasm, bench.twin([n]).wasm];
        const q = { mu: mu.wasm, rho: rho.wasm };
        ops.sampleGaussian(w, q, key);
        const sample = { w, key, prior, klWeight: 0.01, grad: meanGrad.wasm };
        const gradients = (grad: typeof w, noiseGrad?: typeof w) => {
          ops.gaussianGradients(gMu, gRho, q, { ...sample, grad, ...(noiseGrad && { noiseGrad }) }, 1, false);
          return [ops.read(gMu), ops.read(gRho)] as const;
        };
        const both = gradients(meanGrad.wasm, varianceGrad.wasm);
        expect(both[0]).toEqual(gradients(meanGrad.wasm)[0]);
        expect(both[1]).toEqual(gradients(varianceGrad.wasm)[1]);
        const count = rule.kind === 'adam' ? 2 : rule.momentum ? 1 : 0;
        const moments = () => Array.from({ length: count }, () => bench.twin([n]).wasm);
        const update = { ...sample, noiseGrad: varianceGrad.wasm, rule };
        const [mu2, rho2] = [
          bench.twin([n], ops.read(mu.wasm)).wasm,
          bench.twin([n], ops.read(rho.wasm)).wasm,
        ];
        ops.updateGaussian(q, { ...update, muMoments: moments(), rhoMoments: moments() });
        const plain = { prior: { kind: 'flat' }, priorWeight: 0, rule } as const;
        gradients(meanGrad.wasm);
        ops.write(gMu, both[0]);
        ops.write(gRho, both[1]);
        ops.updatePoint(mu2, { ...plain, grad: gMu, moments: moments() });
        ops.updatePoint(rho2, { ...plain, grad: gRho, moments: moments() });
        expect(ops.read(mu.wasm)).toEqual(ops.read(mu2));
        expect(ops.read(rho.wasm)).toEqual(ops.read(rho2));
      });
    });
  },
);

describe('estimators in float64', () => {
  const ops = referenceOps();
  const n = 12;
  const vector = (key: Key, of = (z: number): number => z) => {
    const x = ops.alloc([n]);
    ops.write(x, numbers(key, n, of));
    return x;
  };

  test('localGradients is the derivative of a quadratic nll in expectation plus the KL', () => {
    const [mu, rho] = [vector([1, 1], (z) => 0.3 * z), vector([1, 2], (z) => -1 + z)];
    const [a, b] = [ops.read(vector([1, 3])), ops.read(vector([1, 4]))];
    // E[a w + b w^2] = a mu + b (mu^2 + sigma^2)
    const cost = (): number => {
      const sigma2 = ops.alloc([n]);
      ops.variance(sigma2, rho);
      const [m, v] = [Array.from(ops.read(mu)), ops.read(sigma2)];
      const nll = m.reduce((sum, x, i) => sum + a[i]! * x + b[i]! * (x * x + v[i]!), 0);
      return nll + 0.7 * ops.gaussianKl({ mu, rho }, prior);
    };
    const [meanGrad, varianceGrad, gMu, gRho] = [
      ops.alloc([n]),
      ops.alloc([n]),
      ops.alloc([n]),
      ops.alloc([n]),
    ];
    ops.write(
      meanGrad,
      ops.read(mu).map((x, i) => a[i]! + 2 * b[i]! * x),
    );
    ops.write(varianceGrad, b);
    ops.localGradients(gMu, gRho, { mu, rho }, { meanGrad, varianceGrad, prior, klWeight: 0.7 }, 1, false);
    for (const [parameter, gradient] of [
      [mu, gMu],
      [rho, gRho],
    ] as const) {
      const values = ops.read(parameter);
      for (let i = 0; i < n; i++) {
        const at = (value: number): number => {
          ops.write(parameter, values.with(i, value));
          return cost();
        };
        const difference = (at(values[i]! + 1e-5) - at(values[i]! - 1e-5)) / 2e-5;
        ops.write(parameter, values);
        expect(ops.read(gradient)[i]).toBeCloseTo(difference, 6);
      }
    }
  });

  test('a prior without a KL in closed form is refused with the reason', () => {
    const [mu, rho] = [vector([1, 1]), vector([1, 2])];
    const mixture = { kind: 'mixture', pi: 0.5, sigma1: 1, sigma2: 0.1 } as const;
    expect(() => ops.gaussianKl({ mu, rho }, mixture)).toThrow(
      /'mixture', whose KL divergence has no closed form/,
    );
    expect(() => ops.gaussianKl({ mu, rho }, { kind: 'flat' })).toThrow(/'flat'/);
  });

  test('signs are fair, and independent of masks and normals of the same key', () => {
    const count = 4096;
    const [x, signs, z] = [ops.alloc([count]), ops.alloc([count]), ops.alloc([count])];
    ops.write(x, new Float64Array(count).fill(1));
    ops.multiplySigns(signs, x, [5, 6]);
    ops.standardNormal(z, [5, 6]);
    const [s, normal] = [Array.from(ops.read(signs)), ops.read(z)];
    // Within four standard deviations.
    const limit = 4 * Math.sqrt(count);
    expect(Math.abs(s.reduce((sum, value) => sum + value, 0))).toBeLessThan(limit);
    expect(Math.abs(s.reduce((sum, value, i) => sum + value * normal[i]!, 0))).toBeLessThan(limit);
  });
});
