import {
  activePaths,
  architectureOf,
  flopsOf,
  resizeArchitecture,
  runTrial,
  silentUnits,
  createRegistry,
  fingerprint,
  type KeepMasks,
  type Trial,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import builtIns, { layersOf } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const ops = referenceOps();
const registry = createRegistry([builtIns]);
const dense = (units: number) => ({ kind: 'dense', units }) as const;
const relu = { kind: 'relu' } as const;
const mlp = architectureOf([2], layersOf([2], [dense(3), relu, dense(2), relu, dense(1)]));

/** Masks with these bits for the weights, by rows of inputs, and 0 for all biases. */
const alive = (...weights: number[][]): KeepMasks =>
  Object.fromEntries(
    weights.flatMap((bits, l) => {
      const units = [3, 2, 1][l]!;
      return [
        [`layers.${l}.weight`, Uint8Array.from(bits)],
        [`layers.${l}.bias`, new Uint8Array(units)],
      ];
    }),
  );

describe('activePaths', () => {
  it('does not count weights of units that no input reaches or that reach no output', () => {
    // Unit 0 connects input and output, unit 1 has no outgoing weights, unit 2 no incoming ones. In the second layer, unit 2 gets its input
    // from unit 1 only.
    const { active, units } = activePaths(mlp, alive([1, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 1], [1, 1]));
    expect(active['layers.0.weight']).toEqual(Uint8Array.of(1, 0, 0, 0, 0, 0));
    expect(active['layers.1.weight']).toEqual(Uint8Array.of(1, 0, 0, 0, 0, 0));
    expect(active['layers.2.weight']).toEqual(Uint8Array.of(1, 0));
    expect(units).toEqual({
      'layers.0.weight': Uint8Array.of(1, 0, 0),
      'layers.1.weight': Uint8Array.of(1, 0),
    });
  });

  it('agrees with a search of single paths', () => {
    for (let n = 0; n < 64; n++) {
      const bit = (k: number): number => (Math.imul(n * 40503 + k * 2654435, 2654435761) >>> 27) & 1;
      const w = [
        Array.from({ length: 6 }, (_, i) => bit(i)),
        Array.from({ length: 6 }, (_, i) => bit(7 + i)),
        Array.from({ length: 2 }, (_, i) => bit(17 + i)),
      ];
      const found = w.map((bits) => bits.map(() => 0));
      for (let a = 0; a < 2; a++)
        for (let b = 0; b < 3; b++)
          for (let c = 0; c < 2; c++)
            if (w[0]![a * 3 + b] && w[1]![b * 2 + c] && w[2]![c])
              found[0]![a * 3 + b] = found[1]![b * 2 + c] = found[2]![c] = 1;
      const { active } = activePaths(mlp, alive(...w));
      for (const [l, bits] of found.entries()) expect([...active[`layers.${l}.weight`]!]).toEqual(bits);
    }
  });
});

describe('silentUnits', () => {
  it('keeps the effect of a bias, and one unit if all are silent', () => {
    const none = alive([0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], [1, 1]);
    const spoken = { ...none, 'layers.0.bias': Uint8Array.of(0, 1, 0) };
    expect(silentUnits(mlp, spoken)['layers.0.weight']).toEqual(Uint8Array.of(0, 1, 0));
    expect(silentUnits(mlp, none)).toEqual({
      'layers.0.weight': Uint8Array.of(1, 0, 0),
      'layers.1.weight': Uint8Array.of(1, 0),
    });
  });
});

describe('resizeArchitecture', () => {
  it('removes channels of a convolution, its pool, and the dense layer after it', () => {
    const cnn = architectureOf(
      [8, 8, 1],
      layersOf(
        [8, 8, 1],
        [
          { kind: 'conv2d', filters: 4, kernel: [3, 3], stride: [1, 1], padding: 'valid' },
          relu,
          { kind: 'max-pool', size: [2, 2], padding: 'valid' },
          { kind: 'flatten' },
          dense(5),
          relu,
          dense(3),
        ],
      ),
    );
    const units = {
      'layers.0.weight': Uint8Array.of(1, 0, 1, 0),
      'layers.1.weight': Uint8Array.of(1, 1, 1, 0, 0),
    };
    const small = resizeArchitecture(cnn, units);
    expect(small.weights.map(({ shape }) => shape)).toEqual([[3, 3, 1, 2], [2], [18, 3], [3], [3, 3], [3]]);
    expect(small.weights[2]!.inputUnits).toBe(2);
    // 36 positions of 9 weights and a bias, 2 filters; 18 x 3 and 3 x 3.
    expect(flopsOf(small)).toBe(36 * (2 * 18 + 2) + (2 * 54 + 3) + (2 * 9 + 3));
  });
});

describe('a trial pruned by units', () => {
  const trialOf = (kind: 'mlp' | 'cnn', method: string): Trial => {
    const options = registry.get('methods', method).options.parse({}) as Record<string, unknown>;
    const trial = tinyTrial(kind, { use: method, options });
    const pruners = [{ use: 'unit-norm', options: { of: 'both' } }];
    return { ...trial, pruning: { ...trial.pruning, pruners, shares: [0.4, 1], finetuneEpochs: 1 } };
  };

  it.each([
    ['mlp', 'sgd'],
    ['mlp', 'bbb-gaussian'],
    ['cnn', 'sgd'],
    ['cnn', 'dropout'],
  ] as const)('has a compact %s of %s that predicts the same as the pruned one', async (kind, method) => {
    const trial = trialOf(kind, method);
    const dataset = tinyDataset(kind);
    const { result } = await runTrial({ trial, registry, dataset, ops });
    const [whole, some, all] = result.pruning;
    expect(whole!.compact).toBeUndefined();
    for (const { compact, evaluations, bytes } of [some!, all!]) {
      expect(compact!.difference).toBeLessThan(1e-5);
      expect(compact!.metrics['accuracy']).toBe(evaluations[0]!.metrics['accuracy']);
      expect(compact!.metrics.nll).toBeCloseTo(evaluations[0]!.metrics.nll, 6);
      expect(compact!.parameters).toBeLessThan(result.parameters);
      expect(compact!.bytes.dense).toBe(4 * compact!.parameters);
      expect(bytes!.dense).toBe(4 * result.parameters);
    }
    // A network keeps at least one unit in every layer, and reports which.
    expect(Object.values(all!.compact!.units).every((count) => count === 1)).toBe(true);
    expect(all!.warnings!.length).toBeGreaterThan(0);
    expect(all!.paths!.active).toBeLessThanOrEqual(all!.ranked - all!.zeros);
    expect(result.environment.latency).toHaveLength(2);
    // Measured times may differ.
    const again = await runTrial({ trial, registry, dataset, ops });
    expect(fingerprint(again.result)).toBe(fingerprint(result));
  });

  it('reports the size of every network', async () => {
    const trial = { ...tinyTrial('mlp', trialOf('mlp', 'sgd').method) };
    const { result } = await runTrial({ trial, registry, dataset: tinyDataset('mlp'), ops });
    const [whole, half, most] = result.pruning.map(({ bytes }) => bytes!);
    expect(whole!.sparse).toBe(whole!.dense);
    expect(half!.sparse).toBeLessThan(whole!.sparse);
    expect(most!.sparse).toBeLessThan(half!.sparse);
    const kept = result.pruning[2]!.ranked - result.pruning[2]!.zeros;
    expect(most!.sparse).toBeGreaterThanOrEqual(4 * kept);
    expect(result.pruning[2]!.paths!.active).toBeLessThanOrEqual(kept);
  });
});
