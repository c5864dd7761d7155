import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prunedCount, selectAbove, selectByLayer, selectKeep, type KeepMasks } from '@bbb/core';

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

  it('removes the share from the weights and the bias of every unit when it ranks by unit', () => {
    // Three inputs and two units. The weights of the first unit are 1, 3, 5, those of the second 6, 4, 2.
    const scored = [
      { name: 'w', layer: 0, units: 2, scores: Float32Array.of(1, 6, 3, 4, 5, 2) },
      { name: 'b', layer: 0, units: 2, scores: Float32Array.of(2, 7) },
      { name: 'other', layer: 1, units: 1, scores: Float32Array.of(9, 8) },
    ];
    expect(selectKeep(scored, 0.5, 'unit')).toEqual({
      w: Uint8Array.of(0, 1, 1, 0, 1, 0),
      b: Uint8Array.of(0, 1),
      other: Uint8Array.of(1, 0),
    });
  });

  it('ranks the members of an ensemble separately', () => {
    const scored = [0, 1].map((member) => ({
      name: `${member}`,
      member,
      layer: 0,
      scores: Float32Array.of(1 + 10 * member, 2 + 10 * member),
    }));
    for (const scope of ['global', 'unit'] as const)
      expect(flat(selectKeep(scored, 0.5, scope))).toEqual([0, 1, 0, 1]);
  });

  it('removes almost nothing at 0.0001 and almost everything at 0.9999, also with ties', () => {
    const scored = [{ name: 'a', scores: new Float32Array(20_000) }];
    expect([0, 0.0001, 0.9999, 1].map((f) => zeros(selectKeep(scored, f, 'global')))).toEqual([
      0, 2, 19_998, 20_000,
    ]);
  });

  it('counts 0.29 of 100 as 29, and keeps all or nothing at 0 and 1', () => {
    expect(prunedCount(0.29, 100)).toBe(29);
    const scored = [{ name: 'a', scores: new Float32Array(7) }];
    expect(zeros(selectKeep(scored, 0, 'global'))).toBe(0);
    expect(zeros(selectKeep(scored, 1, 'global'))).toBe(7);
  });

  it('refuses NaN scores and shares outside [0, 1]', () => {
    const scored = [{ name: 'layers.0.weight', scores: Float32Array.of(1, NaN) }];
    expect(() => selectKeep(scored, 0.5, 'global')).toThrow(
      expect.objectContaining({ code: 'E_PRUNE_SCORE', message: expect.stringContaining('layers.0.weight') }),
    );
    for (const bad of [-0.1, 1.1, 90, NaN]) {
      expect(() => selectKeep([], bad, 'global')).toThrow(expect.objectContaining({ code: 'E_PRUNE_SHARE' }));
    }
  });
});

describe('selectByLayer', () => {
  const scored = [
    { name: 'a', layer: 0, scores: Float32Array.of(1, 2, 3, 4) },
    { name: 'b', layer: 1, scores: Float32Array.of(0, 0, 1, 2) },
  ];

  it('removes from each tensor the share of its layer', () => {
    expect(flat(selectByLayer(scored, [0.25, 0.75]))).toEqual([0, 1, 1, 1, 0, 0, 0, 1]);
  });

  it('refuses a layer without a share', () => {
    expect(() => selectByLayer(scored, [0.5])).toThrow(expect.objectContaining({ code: 'E_PRUNE_LAYERS' }));
  });
});

describe('selectAbove', () => {
  it('removes what scores below a number, and not what reaches it', () => {
    const scored = [
      { name: 'a', scores: Float32Array.of(-1, 0, 1) },
      { name: 'b', scores: Float32Array.of(-Infinity, 5, 6) },
    ];
    expect(flat(selectAbove(scored, { a: 0, b: -Infinity }))).toEqual([0, 1, 1, 1, 1, 1]);
    expect(flat(selectAbove(scored, { a: 2, b: 6 }))).toEqual([0, 0, 0, 0, 0, 1]);
  });
});
