import { createRegistry, runTrial, startBackend, type RegressionExample } from '@bbb/core';
import builtIns, { curveAt } from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';

const load = (options: object = {}) => {
  const source = builtIns.datasets!['curve']!;
  return source.load(source.options.parse(options), {});
};

describe('the curve of the paper', () => {
  it('is the published formula', () => {
    for (let x = -3; x <= 3; x += 0.0371) {
      for (const e of [0, 0.03, -0.11]) {
        const published =
          x + 0.3 * Math.sin(2 * Math.PI * (x + e)) + 0.3 * Math.sin(4 * Math.PI * (x + e)) + e;
        expect(Math.abs(curveAt(x, e) - published)).toBeLessThan(2e-15 * 8);
      }
    }
  });

  it('is seen in [0, 0.5] with noise of 0.02, and predicted on a grid of [-0.2, 1.2] without', async () => {
    const { train, test } = await load();
    expect(train.count).toBe(1024);
    expect(Math.min(...train.features)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...train.features)).toBeLessThanOrEqual(0.5);
    // Since y = f(x + e), where the curve is steep e is the distance of y from the curve divided by the slope.
    const slope = (x: number): number => (curveAt(x + 1e-5) - curveAt(x - 1e-5)) / 2e-5;
    const es = Array.from(train.features, (x, i) => (train.targets[i]! - curveAt(x)) / slope(x)).filter(
      (_, i) => Math.abs(slope(train.features[i]!)) > 1,
    );
    const sd = Math.sqrt(es.reduce((sum, e) => sum + e * e, 0) / es.length);
    expect(sd).toBeGreaterThan(0.018);
    expect(sd).toBeLessThan(0.022);
    expect([test.features[0], test.features.at(-1)]).toEqual([Math.fround(-0.2), Math.fround(1.2)]);
    test.features.forEach((x, i) => expect(test.targets[i]).toBeCloseTo(curveAt(x), 5));
  });

  it('depends on the seed only', async () => {
    const [a, b, c] = [await load({ seed: 4 }), await load({ seed: 4 }), await load({ seed: 5 })];
    expect(a.sha256).toEqual(b.sha256);
    expect(a.sha256['train-targets']).not.toBe(c.sha256['train-targets']);
    expect(a.sha256['test-targets']).toBe(c.sha256['test-targets']);
    // These bytes must be the same on every machine and engine.
    expect(a.sha256['train-targets']).toMatchInlineSnapshot(
      `"277abd1a705e0f105f045f786aec9f0a04cc84aae19fcdd502f0cb8ff937f1ff"`,
    );
  });
});

/** The mean interquartile width of these predictions. */
const meanWidth = (examples: readonly RegressionExample[]): number =>
  examples.reduce((sum, { quartiles: [low, , high] }) => sum + high - low, 0) / examples.length;

describe('the preset curve', () => {
  const registry = createRegistry([builtIns]);
  const preset = registry.get('presets', 'curve').sweep as { training: object };
  // A quarter of the preset's epochs is enough to see the effect.
  const config = parseSweepConfig({ ...preset, training: { ...preset.training, epochs: 200 } });
  const { trials } = planSweep(config, registry);

  const bands = async (label: string): Promise<{ inside: number; outside: number; error: number }> => {
    const { trial } = trials.find((planned) => planned.label === label)!;
    const { result } = await runTrial({ trial, registry, dataset: await load(), ops: await startBackend() });
    const seen = ({ input }: RegressionExample): boolean => input! >= 0 && input! <= 0.5;
    const predictions = result.predictions!;
    const inside = predictions.filter(seen);
    return {
      inside: meanWidth(inside),
      outside: meanWidth(predictions.filter((example) => !seen(example))),
      error: Math.sqrt(
        inside.reduce((sum, { mean, target }) => sum + (mean - target) ** 2, 0) / inside.length,
      ),
    };
  };

  it('gives wider bands without data for Bayes by Backprop, but not for SGD', async () => {
    const [sgd, bbb] = [await bands('sgd'), await bands('bbb-gaussian')];
    expect(sgd.outside).toBeCloseTo(sgd.inside, 10);
    expect(bbb.outside).toBeGreaterThan(2 * bbb.inside);
    // Both have learned the curve, whose range is 0.7.
    for (const { error } of [sgd, bbb]) expect(error).toBeLessThan(0.05);
  });
});
