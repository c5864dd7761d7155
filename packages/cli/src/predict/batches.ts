import { BbbError, sizeOf } from '@bbb/core';
import type { Input, Predictor } from '@bbb/predict';
import type { Inputs } from './inputs.js';

/** Examples that are answered together, so that each draw of the network is made once for all of them. */
export interface Batch {
  readonly input: Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  readonly rows: number;
}

export interface Examples {
  /** The file of each example, in order, with the example's number if the file has several. */
  readonly sources: readonly string[];
  readonly batches: readonly Batch[];
}

/** Fewest examples in a batch. With fewer, making the draws of the network takes most of the time. */
const FEWEST = 256;
/** Most numbers in a batch: 8 MB of float64. */
const MOST_NUMBERS = 2 ** 20;

/**
 * The examples of all sources, in batches that several threads can answer in turn. An answer does not depend on the other examples of its batch.
 * @param threads number of threads that may answer. Each gets a few batches, so that all end at about the same time
 * @throws BbbError `E_INPUT`, with the name of the source
 */
export function examplesOf(
  all: readonly Inputs[],
  predictor: Pick<Predictor, 'count' | 'model'>,
  threads: number,
): Examples {
  const counts = all.map(({ source, input }) => counted(predictor, source, input));
  const sources = all.flatMap(({ source }, s) =>
    counts[s] === 1 ? [source] : Array.from({ length: counts[s]! }, (_, i) => `${source}:${i}`),
  );
  const size = sizeOf(predictor.model.inputShape);
  const wanted = Math.max(FEWEST, Math.ceil(sources.length / (8 * threads)));
  const rows = Math.max(1, Math.min(wanted, Math.floor(MOST_NUMBERS / size)));
  const batches = alike(all.map(({ input }) => input)).flatMap((run) => batchesOf(run, size, rows));
  return { sources, batches };
}

function counted({ count }: Pick<Predictor, 'count'>, source: string, input: Input): number {
  try {
    return count(input);
  } catch (error) {
    if (!(error instanceof BbbError)) throw error;
    const { code, message, hint } = error;
    throw new BbbError(code, `${source}: ${message}`, hint === undefined ? {} : { hint });
  }
}

/** Bytes and other numbers are scaled in different ways, so they are never in the same batch. */
function alike(inputs: readonly Input[]): Input[][] {
  const runs: Input[][] = [];
  for (const input of inputs) {
    const run = runs.at(-1);
    if (run && isBytes(run[0]!) === isBytes(input)) run.push(input);
    else runs.push([input]);
  }
  return runs;
}

function batchesOf(run: readonly Input[], size: number, most: number): Batch[] {
  const left = run.reduce((sum, { length }) => sum + length, 0) / size;
  const batches = Array.from({ length: Math.ceil(left / most) }, (_, b): Batch => {
    const rows = Math.min(most, left - b * most);
    return { rows, input: isBytes(run[0]!) ? new Uint8Array(rows * size) : new Float64Array(rows * size) };
  });
  let at = 0;
  for (const input of run) {
    for (let from = 0; from < input.length;) {
      const { input: batch } = batches[Math.floor(at / (most * size))]!;
      const place = at % (most * size);
      const some = input.slice(from, from + batch.length - place);
      batch.set(some, place);
      from += some.length;
      at += some.length;
    }
  }
  return batches;
}

function isBytes(input: Input): boolean {
  return input instanceof Uint8Array || input instanceof Uint8ClampedArray;
}
