import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRegistry, loadPlugins } from '@bbb/core';

const guides = new URL('../../docs/guides/', import.meta.url);
const example = new URL('custom-pruner/my-pruner.ts', guides);

describe('the custom pruner guide', () => {
  it('shows the very file that is type-checked and run', () => {
    const guide = readFileSync(new URL('custom-pruner.md', guides), 'utf8');
    expect(/```ts\n([\s\S]*?)```/.exec(guide)?.[1]).toBe(readFileSync(example, 'utf8'));
  });

  it('computes LAMP scores as in the paper', async () => {
    const [plugin] = await loadPlugins([example.href]);
    const pruner = createRegistry([plugin!]).get('pruners', 'my-pruner').create({ exponent: 2 });
    const mu = Float32Array.of(3, -1, 2, 0, 2);
    const posterior = { name: 'layers.0.weight', layer: 0, role: 'weight', shape: [5], mu } as const;
    // Descending squares 9, 4 (last of the tie first), 4, 1, 0 over their running sums.
    const expected = [9 / 9, 1 / 18, 4 / 17, 0, 4 / 13];
    pruner.score(posterior, [0, 0]).forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 6));
  });
});
