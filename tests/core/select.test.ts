import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prunedCount, selectKeep, type KeepMasks } from '@bbb/core';

const zeros = (masks: KeepMasks): number =>
  Object.values(masks).reduce((sum, mask) => sum + mask.filter((keep) => keep === 0).length, 0);
const flat = (masks: KeepMasks): number[] => Object.values(masks).flatMap((mask) => [...mask]);

const tensors = fc
  .array(fc.array(fc.constantFrom(-0, 0, 0.25, 0.5, 1, Infinity), { minLength: 1, maxLength: 20 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => all.map((scores, i) => ({ name: `t${i}`, scores: Float32Array.from(scores) })));
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('selectKeep', () => {
  it('removes exactly floor(share * count), also among ties', () => {
    fc.assert(
      fc.property(tensors, share, (scored, f) => {
        const count = scored.reduce((sum, { scores }) => sum + scores.length, 0);
        expect(zeros(selectKeep(scored, f, 'global'))).toBe(prunedCount(f, count));
      }),
    );
  });

  it('agrees with a stable sort by (score, position)', () => {
    fc.assert(
      fc.property(tensors, share, (scored, f) => {
        const all = scored.flatMap(({ scores }) => [...scores]);
        const order = all.map((_, i) => i).toSorted((i, j) => all[i]! - all[j]! || i - j);
        const removed = new Set(order.slice(0, prunedCount(f, all.length)));
        expect(flat(selectKeep(scored, f, 'global'))).toEqual(all.map((_, i) => (removed.has(i) ? 0 : 1)));
      }),
    );
  });

  it('removes a superset at a larger share', () => {
    fc.assert(
      fc.property(tensors, share, share, (scored, f, g) => {
        const small = flat(selectKeep(scored, Math.min(f, g), 'global'));
        const large = flat(selectKeep(scored, Math.max(f, g), 'global'));
        expect(large.every((keep, i) => keep <= small[i]!)).toBe(true);
      }),
    );
  });

  it('removes the share from every tensor when it ranks by layer', () => {
    const scored = [
      { name: 'a', scores: Float32Array.of(1, 2, 3, 4) },
      { name: 'b', scores: Float32Array.of(100, 200) },
    ];
    expect(selectKeep(scored, 0.5, 'layer')).toEqual({
      a: Uint8Array.of(0, 0, 1, 1),
      b: Uint8Array.of(0, 1),
    });
    expect(selectKeep(scored, 0.5, 'global')).toEqual({
      a: Uint8Array.of(0, 0, 0, 1),
      b: Uint8Array.of(1, 1),
    });
  });

  it('counts 0.29 of 100 as 29 and keeps all or nothing at the ends', () => {
    expect(prunedCount(0.29, 100)).toBe(29);
    const scored = [{ name: 'a', scores: new Float32Array(7) }];
    expect(zeros(selectKeep(scored, 0, 'global'))).toBe(0);
    expect(zeros(selectKeep(scored, 1, 'global'))).toBe(7);
  });

  it('refuses NaN scores and shares that are no fraction', () => {
    const scored = [{ name: 'layers.0.weight', scores: Float32Array.of(1, NaN) }];
    expect(() => selectKeep(scored, 0.5, 'global')).toThrow(
      expect.objectContaining({ code: 'E_PRUNE_SCORE', message: expect.stringContaining('layers.0.weight') }),
    );
    for (const bad of [-0.1, 1.1, 90, NaN]) {
      expect(() => selectKeep([], bad, 'global')).toThrow(expect.objectContaining({ code: 'E_PRUNE_SHARE' }));
    }
  });
});
