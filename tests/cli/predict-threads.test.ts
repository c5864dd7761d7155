import { loadPredictor, type Predictor } from '@bbb/predict';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerAll } from '../../packages/cli/src/predict/answer-all.js';
import { examplesOf } from '../../packages/cli/src/predict/batches.js';
import { fileOf, train } from '../predict/stored.js';

describe('batches of examples', () => {
  /** Counts examples of two numbers. */
  const predictor = {
    count: (input: ArrayLike<number>) => input.length / 2,
    model: { inputShape: [2] },
  } as unknown as Predictor;
  const rows = fc.integer({ min: 1, max: 600 });
  const source = fc.record({ rows, bytes: fc.boolean() });

  it('hold all examples, in order, with one kind of numbers in each batch', () => {
    fc.assert(
      fc.property(fc.array(source, { minLength: 1 }), fc.integer({ min: 1, max: 8 }), (sources, threads) => {
        let next = 0;
        const inputs = sources.map((one, s) => {
          const numbers = Array.from({ length: 2 * one.rows }, () => next++ % 251);
          return { source: `s${s}`, input: one.bytes ? Uint8Array.from(numbers) : numbers };
        });
        const { sources: names, batches } = examplesOf(inputs, predictor, threads);
        expect(batches.flatMap(({ input }) => [...input])).toEqual(inputs.flatMap(({ input }) => [...input]));
        for (const batch of batches) expect(batch.input).toHaveLength(2 * batch.rows);
        const kinds = batches.flatMap(({ input, rows: n }) =>
          Array.from({ length: n }, () => input instanceof Uint8Array),
        );
        expect(kinds).toEqual(sources.flatMap((one) => Array.from({ length: one.rows }, () => one.bytes)));
        expect(names).toEqual(
          sources.flatMap((one, s) =>
            one.rows === 1 ? [`s${s}`] : Array.from({ length: one.rows }, (_, i) => `s${s}:${i}`),
          ),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('answers of several threads', async () => {
  const trained = await train('mlp', { use: 'bbb-gaussian', options: {} });
  const file = fileOf(trained, { samples: 3 });
  const predictor = await loadPredictor(file);
  const { features } = trained.examples;
  const size = features.length / predictor.count(features);
  /** Enough examples for seven batches. */
  const batches = Array.from({ length: 7 }, (_, b) => ({
    rows: b + 1,
    input: Float64Array.from(features.slice(b * size, (2 * b + 1) * size)),
  }));
  const expected = batches.flatMap(({ input }) => predictor.predictAll(input));
  trained.network.dispose();

  it.each([1, 2, 3])('have the same bits as with one thread: %i', async (threads) => {
    const shares: number[] = [];
    const onShare = (share: number): unknown => shares.push(share);
    const copies = batches.map(({ rows, input }) => ({ rows, input: input.slice() }));
    const answers = await answerAll(copies, {}, { predictor, file, threads, worth: 0 }, onShare);
    expect(answers).toEqual(expected);
    expect(shares).toHaveLength(7);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('a thread that ends gives an error with a code and with what to type', async () => {
    const answers = answerAll(
      batches,
      {},
      { predictor, file: file.slice(0, 100), threads: 2, worth: 0 },
      () => undefined,
    );
    await expect(answers).rejects.toMatchObject({
      code: 'E_PREDICT_THREAD',
      hint: expect.stringContaining('--threads 1') as string,
    });
  });
});
