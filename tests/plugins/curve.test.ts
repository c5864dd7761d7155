import builtIns, { curveAt } from '@bbb/plugins';
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
    // y = f(x + e): where the curve is steep, e is the distance from it over its slope.
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

  it('is the same for the same seed, and another for another', async () => {
    const [a, b, c] = [await load({ seed: 4 }), await load({ seed: 4 }), await load({ seed: 5 })];
    expect(a.sha256).toEqual(b.sha256);
    expect(a.sha256['train-targets']).not.toBe(c.sha256['train-targets']);
    expect(a.sha256['test-targets']).toBe(c.sha256['test-targets']);
    // These bytes on every machine and engine.
    expect(a.sha256['train-targets']).toMatchInlineSnapshot(
      `"277abd1a705e0f105f045f786aec9f0a04cc84aae19fcdd502f0cb8ff937f1ff"`,
    );
  });
});
