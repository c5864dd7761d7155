import { architectureOf, fold, parseOptions, rootKey, uniform, type Method } from '@bbb/core';
import { referenceOps, type Operand } from '@bbb/kernels';
import plugins, { atWeights, initialWeights, layersOf, networkPass, type LinearPart } from '@bbb/plugins';
import { toyContext, toyData } from '@bbb/contract/toy';
import { describe, expect, it } from 'vitest';

const ops = referenceOps();
const KEY = rootKey(45);
const SIDE = 5;
const CHANNELS = [6, 4];
const INPUT = [SIDE, SIDE, 2] as const;
/**
 * Two convolutions and a dense layer without activations, so the effect of dropout on mean and variance is known
 * exactly.
 */
const architecture = architectureOf(
  INPUT,
  layersOf(INPUT, [
    { kind: 'conv2d', filters: CHANNELS[0]!, kernel: [2, 2], stride: [1, 1], padding: 'valid' },
    { kind: 'conv2d', filters: CHANNELS[1]!, kernel: [3, 3], stride: [1, 1], padding: 'same' },
    { kind: 'average-pool', size: [2, 2], padding: 'valid' },
    { kind: 'flatten' },
    { kind: 'dense', units: 1 },
  ]),
);
const { likelihood } = toyData(KEY, 1);
const plain = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
const context = toyContext(ops, { architecture, likelihood }, plain, 8);
const weights = initialWeights(context, { kind: 'fan-in' }, KEY);
const P = 0.4;
const ROWS = 4;

function operand(shape: readonly number[], values: ArrayLike<number>): Operand {
  const made = ops.alloc(shape);
  ops.write(made, values);
  return made;
}

const image = uniform(fold(KEY, 'x'), SIDE * SIDE * 2, 0.2, 1);
/** Rows with the same image, so that only the noise differs between rows. */
const x = operand(
  [ROWS, image.length],
  Float32Array.from({ length: ROWS * image.length }, (_, i) => image[i % image.length]!),
);

/** The input of each layer with weights, in a pass with dropout. */
function inputsSeen(p: number, pInput: number, key = KEY): Float64Array[] {
  const seen: Float64Array[] = [];
  const part = atWeights(ops, weights);
  const watched: LinearPart = {
    ...part,
    forward(layer, out, input, relu) {
      seen[layer.weight.layer] = Float64Array.from(ops.read(input));
      part.forward(layer, out, input, relu);
    },
  };
  networkPass(ops, architecture, { p, pInput }).forward(x, watched, key);
  return seen;
}

/** For each row and channel, the factor that multiplies all positions; NaN if positions have different factors. */
function factors(noisy: Float64Array, clean: Float64Array, channels: number): number[][] {
  const size = noisy.length / ROWS;
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: channels }, (_, c) => {
      const ratios = new Set<number>();
      for (let i = c; i < size; i += channels)
        ratios.add(Math.round((1e9 * noisy[row * size + i]!) / clean[row * size + i]!) / 1e9);
      return ratios.size === 1 ? [...ratios][0]! : Number.NaN;
    }),
  );
}

describe('dropout in a convolutional network', () => {
  it('drops whole channels of hidden images, separately for each example, and nothing of the input', () => {
    const [clean, noisy] = [inputsSeen(0, 0), inputsSeen(P, 0.5)];
    expect(noisy[0]).toEqual(clean[0]);
    // Dropout multiplies the channels of the first layer, which are the input of the second. Later inputs differ from the clean ones in
    // other ways.
    const first = factors(noisy[1]!, clean[1]!, CHANNELS[0]!);
    const survivor = Math.round(1e9 / (1 - P)) / 1e9;
    expect(first.flat().every((factor) => factor === 0 || factor === survivor)).toBe(true);
    expect(new Set(first.map((row) => row.join())).size).toBeGreaterThan(1);

    // The first layer's noise is the same for all rows, so the zeros show only the noise of the second layer, by channel.
    const size = noisy[2]!.length / ROWS;
    const zeros = Array.from({ length: ROWS * CHANNELS[1]! }, (_, k) => {
      const [row, c] = [Math.floor(k / CHANNELS[1]!), k % CHANNELS[1]!];
      const channel = Array.from(
        { length: size / CHANNELS[1]! },
        (_, i) => noisy[2]![row * size + i * CHANNELS[1]! + c]!,
      );
      const count = channel.filter((value) => value === 0).length;
      expect([0, channel.length]).toContain(count);
      return count > 0;
    });
    expect(new Set(zeros)).toEqual(new Set([true, false]));
  });

  it('drops a channel with probability p', () => {
    const clean = inputsSeen(0, 0);
    const all = Array.from({ length: 150 }, (_, s) =>
      factors(inputsSeen(P, 0, fold(KEY, s))[1]!, clean[1]!, CHANNELS[0]!).flat(),
    ).flat();
    const dropped = all.filter((factor) => factor === 0).length / all.length;
    expect(Math.abs(dropped - P)).toBeLessThan(4 * Math.sqrt((P * (1 - P)) / all.length));
  });

  const method: Method = plugins.methods!.dropout!;
  const create = (options: object) =>
    method.create(parseOptions('dropout', method.options, options), context);

  it('draws networks without whole channels: the weights that read a channel are all 0 or all scaled up', () => {
    const { model } = create({ p: P, pInput: 0.5 });
    const drawn = model.draw(weights, fold(KEY, 'draw'));
    const scales = architecture.weights.map(({ name, role, inputUnits }) => {
      const [now, before] = [ops.read(drawn.weights[name]!), ops.read(weights[name]!)];
      if (role === 'bias') return [...now].every((value, i) => value === before[i]) ? 'kept' : 'changed';
      const columns = drawn.weights[name]!.shape.at(-1)!;
      const units = Array.from({ length: inputUnits }, (_, unit) => {
        const ratios = new Set<number>();
        now.forEach((value, i) => {
          if (Math.floor(i / columns) % inputUnits === unit)
            ratios.add(Number((value / before[i]!).toPrecision(6)));
        });
        return ratios.size === 1 ? [...ratios][0]! : Number.NaN;
      });
      return units;
    });
    const survivor = Number((1 / (1 - P)).toPrecision(6));
    const [first, firstBias, second, secondBias, third, thirdBias] = scales;
    expect(first).toEqual([1, 1]);
    expect([firstBias, secondBias, thirdBias]).toEqual(['kept', 'kept', 'kept']);
    expect(second).toHaveLength(CHANNELS[0]!);
    expect(third).toHaveLength(CHANNELS[1]!);
    for (const scale of [...(second as number[]), ...(third as number[])])
      expect([0, survivor]).toContain(scale);
    drawn.dispose();
  });

  it('keeps the mean and has variance p / (1 - p) sum of squares over channels, in training and in draws', () => {
    // Noise only after the second convolution: the second convolution and the dense layer form a network with this input.
    const [, second] = inputsSeen(0, 0);
    const shape = [SIDE - 1, SIDE - 1, CHANNELS[0]!] as const;
    const rest = architectureOf(
      shape,
      layersOf(shape, [
        { kind: 'conv2d', filters: CHANNELS[1]!, kernel: [3, 3], stride: [1, 1], padding: 'same' },
        { kind: 'flatten' },
        { kind: 'dense', units: 1 },
      ]),
    );
    const own = toyContext(ops, { architecture: rest, likelihood }, plain, 8);
    const params = initialWeights(own, { kind: 'fan-in' }, fold(KEY, 'rest'));
    const size = second!.length / ROWS;
    const input = operand([1, size], second!.subarray(0, size));
    const hidden = ops.alloc([1, (SIDE - 1) ** 2 * CHANNELS[1]!]);
    const [conv] = rest.layers;
    if (!conv?.weight) throw new Error('a convolution');
    conv.forward(ops, hidden, input, params['layers.0.weight']!, params['layers.0.bias']);
    const [h, w] = [ops.read(hidden), ops.read(params['layers.1.weight']!)];
    const parts = Array.from({ length: CHANNELS[1]! }, (_, c) => {
      let sum = 0;
      for (let i = c; i < h.length; i += CHANNELS[1]!) sum += h[i]! * w[i]!;
      return sum;
    });
    const mean = parts.reduce((a, b) => a + b, 0) + ops.read(params['layers.1.bias']!)[0]!;
    const variance = (P / (1 - P)) * parts.reduce((sum, part) => sum + part * part, 0);

    const pass = networkPass(ops, rest, { p: P, pInput: 0 });
    const { model } = method.create(parseOptions('dropout', method.options, { p: P, pInput: 0 }), own);
    const N = 3000;
    const ways: Record<string, (s: number) => number> = {
      training: (s) => ops.read(pass.forward(input, atWeights(ops, params), fold(KEY, 'pass', s)))[0]!,
      draws(s) {
        const drawn = model.draw(params, fold(KEY, 'member', s));
        const [value] = ops.read(drawn.outputs(input));
        drawn.dispose();
        return value!;
      },
    };
    for (const way of Object.values(ways)) {
      const values = Array.from({ length: N }, (_, s) => way(s));
      const m = values.reduce((a, b) => a + b, 0) / N;
      const central = (power: number): number => values.reduce((a, b) => a + (b - m) ** power, 0) / N;
      expect(Math.abs(m - mean)).toBeLessThan(4.5 * Math.sqrt(variance / N));
      expect(Math.abs(central(2) - variance)).toBeLessThan(
        4.5 * Math.sqrt((central(4) - central(2) ** 2) / N),
      );
    }
  });
});
