import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchCount, batches, DataError, splitTrainValidation } from 'mnist-data-loader';

describe('splitTrainValidation', () => {
  it('holds out the last images, in file order, without a permutation', () => {
    const { train, validation } = splitTrainValidation(60_000, 10_000);
    expect([train.length, train[0], train.at(-1)]).toEqual([50_000, 0, 49_999]);
    expect([validation.length, validation[0], validation.at(-1)]).toEqual([10_000, 50_000, 59_999]);
  });

  it('gives every index to one side, in the order of the permutation', () => {
    const cases = fc.integer({ min: 1, max: 50 }).chain((count) =>
      fc.tuple(
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, i) => i),
          { minLength: count },
        ),
        fc.nat(count - 1),
      ),
    );
    fc.assert(
      fc.property(cases, ([order, held]) => {
        const { train, validation } = splitTrainValidation(order.length, held, order);
        expect([...train, ...validation]).toEqual(order);
        expect(validation.length).toBe(held);
      }),
    );
  });

  it.each([
    ['too many', () => splitTrainValidation(10, 10)],
    ['negative', () => splitTrainValidation(10, -1)],
    ['not whole', () => splitTrainValidation(10, 0.5)],
    ['an index twice', () => splitTrainValidation(3, 1, [0, 1, 1])],
    ['an index out of range', () => splitTrainValidation(3, 1, [0, 1, 3])],
    ['a negative index', () => splitTrainValidation(3, 1, [0, 1, -1])],
    ['a fraction', () => splitTrainValidation(3, 1, [0, 1, 1.5])],
    ['too few', () => splitTrainValidation(3, 1, [0, 1])],
    ['too long', () => splitTrainValidation(3, 1, [0, 1, 2, 0])],
  ])('refuses %s', (_title, split) => {
    expect(split).toThrow(expect.objectContaining({ code: 'E_DATA_SPLIT' }));
  });
});

describe('batches', () => {
  it('cut an order into pieces of one size and a last partial one', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), (count, size) => {
        const order = Uint32Array.from({ length: count }, (_, i) => count - i);
        const cut = [...batches(order, size)];
        expect(cut.flatMap((batch) => [...batch])).toEqual([...order]);
        expect(cut.length).toBe(batchCount(count, size));
        expect(cut.slice(0, -1).every((batch) => batch.length === size)).toBe(true);
        expect(cut.every((batch) => batch.length > 0 && batch.buffer === order.buffer)).toBe(true);
      }),
    );
  });

  it.each([0, -1, 1.5, NaN])('refuse a size of %s', (size) => {
    expect(() => [...batches(new Uint32Array(3), size)]).toThrow(DataError);
  });
});
