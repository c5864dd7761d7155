import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { BbbError, loadPredictor, type ClassAnswer } from '@bbb/predict';
import { encodeModel, type StoredModel, type StoredTensor, type StoredTensors } from '@bbb/predict/format';
import { referenceOps } from '@bbb/kernels';
import { beforeAll, describe, expect, test } from 'vitest';

/** N(0, 1) numbers that are the same for the same stream. */
function normals(count: number, stream: number): Float32Array {
  const ops = referenceOps();
  const x = ops.alloc([count]);
  ops.standardNormal(x, [stream, 1]);
  return Float32Array.from(ops.read(x));
}

/** A Gaussian posterior over an MLP for digits. The smallest of its weights are pruned. */
function mlp(
  widths: readonly number[],
  share: number,
  withSd: boolean,
): { model: StoredModel; tensors: StoredTensors } {
  const tensors = widths.slice(1).flatMap((units, l): [string, StoredTensor][] => {
    const inputs = widths[l]!;
    const mean = normals(inputs * units, 2 * l).map((z) => 0.05 * z);
    const limit = mean.map(Math.abs).sort()[Math.floor(share * mean.length)]!;
    const keep = Uint8Array.from(mean, (value) => (Math.abs(value) >= limit ? 1 : 0));
    const kept = mean.map((value, i) => value * keep[i]!);
    const sd = normals(mean.length, 2 * l + 1).map((z, i) => 0.02 * Math.abs(z) * keep[i]!);
    const bias = {
      shape: [units],
      mean: new Float32Array(units),
      ...(withSd ? { sd: new Float32Array(units) } : {}),
    };
    return [
      [`layers.${l}.weight`, { shape: [inputs, units], mean: kept, keep, ...(withSd ? { sd } : {}) }],
      [`layers.${l}.bias`, bias],
    ];
  });
  const model: StoredModel = {
    inputShape: [widths[0]!],
    scaling: { kind: 'divide', divisor: 126 },
    target: { kind: 'class', classes: widths.at(-1)! },
    layers: widths
      .slice(1)
      .flatMap((units, l): StoredModel['layers'] => [
        { kind: 'dense', units },
        ...(l < widths.length - 2 ? [{ kind: 'relu' } as const] : []),
      ]),
    posterior: withSd ? { kind: 'gaussian', key: [1, 2] } : { kind: 'point' },
    samples: withSd ? 3 : 0,
  };
  return { model, tensors: Object.fromEntries(tensors) };
}

/** A description of a table with 12 inputs. */
const TABLE = {
  columns: [
    ...Array.from({ length: 6 }, (_, i) => ({ name: `x${i}` })),
    { name: 'town', categories: ['Aalen', 'Ulm', 'Bonn'] },
    { name: '__proto__', categories: ['constructor', 'b', 'c'] },
  ],
  target: 'price',
  dropped: ['id'],
};

const DIGITS = [784, 400, 400, 10];

test.each([
  ['means', false, 130_000],
  ['means and standard deviations', true, 230_000],
] as const)(
  '784-400-400-10 without 95 %% of its weights, %s, gzipped: at most %i bytes',
  async (_name, withSd, most) => {
    const { model, tensors } = mlp(DIGITS, 0.95, withSd);
    const file = gzipSync(encodeModel(model, tensors), { level: 9 });
    expect(file.length).toBeLessThanOrEqual(most);
    // The file is not only small, it also predicts.
    const predictor = await loadPredictor(new Uint8Array(file));
    const { probabilities } = predictor.predict(new Uint8Array(784).fill(80)) as ClassAnswer;
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  },
);

describe('an untrusted file', () => {
  let whole: Uint8Array<ArrayBuffer>;
  beforeAll(() => {
    const { model, tensors } = mlp([12, 9, 3], 0.7, true);
    whole = encodeModel({ ...model, table: TABLE }, tensors);
  });

  /** Opens a file and predicts, or expects an error with a code. */
  async function opens(bytes: Uint8Array): Promise<void> {
    try {
      const predictor = await loadPredictor(bytes, { maximumBytes: 2 ** 24 });
      const size = predictor.model.inputShape.reduce((a, b) => a * b, 1);
      if (size < 10_000) predictor.predict(Array.from({ length: size }, () => 3));
      const { columns = [] } = predictor.model.table ?? {};
      const row = columns.map(({ name, categories }) => [name, categories?.at(-1) ?? 3] as const);
      if (row.length > 0) predictor.predict(predictor.encode(Object.fromEntries(row)));
    } catch (error) {
      expect(error).toBeInstanceOf(BbbError);
      expect((error as BbbError).code).toMatch(/^E_(MODEL_FILE|MODEL_VERSION|METRIC_PROBABILITY)$/);
    }
  }

  test('is refused with a code if it is cut off at any place', async () => {
    for (let length = 0; length < whole.length; length += 7) {
      const cut = whole.subarray(0, length);
      await expect(loadPredictor(cut)).rejects.toMatchObject({ code: 'E_MODEL_FILE' });
      await expect(loadPredictor(new Uint8Array(gzipSync(cut)))).rejects.toMatchObject({
        code: 'E_MODEL_FILE',
      });
    }
    const zipped = new Uint8Array(gzipSync(whole));
    for (let length = 0; length < zipped.length; length += 11) {
      await expect(loadPredictor(zipped.subarray(0, length))).rejects.toMatchObject({ code: 'E_MODEL_FILE' });
    }
  });

  test('opens, or is refused with a code, if bytes are changed', async () => {
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const bytes = whole.slice();
        for (const [at, value] of list) bytes[at] = value;
        await opens(bytes);
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  test('opens, or is refused with a code, if any member of its description is replaced, also by huge sizes', async () => {
    const length = new DataView(whole.buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(whole.subarray(8, 8 + length))) as {
      __metadata__: { format: string; model: string };
    };
    const model = JSON.parse(header['__metadata__'].model) as object;
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        -1,
        0,
        1.5,
        1e9,
        2 ** 31,
        2 ** 53,
        1e308,
        null,
        '',
        'gaussian',
        [],
        {},
        [1e9, 1e9],
        true,
      ),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), odd, fc.boolean(), async (which, value, inTensors) => {
        const changed = inTensors
          ? replaceOne(header, which, value)
          : {
              ...header,
              __metadata__: {
                ...header['__metadata__'],
                model: JSON.stringify(replaceOne(model, which, value)),
              },
            };
        const json = new TextEncoder().encode(JSON.stringify(changed));
        const bytes = new Uint8Array(8 + json.length + whole.length - 8 - length);
        new DataView(bytes.buffer).setUint32(0, json.length, true);
        bytes.set(json, 8);
        bytes.set(whole.subarray(8 + length), 8 + json.length);
        await opens(bytes);
      }),
      { numRuns: 500, seed: 6 },
    );
  });

  test('is refused before it is unpacked if it is a bomb, and before the network is made if it lacks bytes for the weights', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(2 ** 26)));
    await expect(loadPredictor(bomb, { maximumBytes: 2 ** 22 })).rejects.toMatchObject({
      code: 'E_MODEL_FILE',
    });
    const { model, tensors } = mlp([12, 9, 3], 0.7, false);
    const text = new TextDecoder('latin1').decode(encodeModel(model, tensors));
    const wide = Uint8Array.from(
      text.replace('\\"units\\":9', '\\"units\\":9e6'.padEnd(13).slice(0, 13)),
      (c) => c.charCodeAt(0),
    );
    await expect(loadPredictor(wide)).rejects.toMatchObject({ code: 'E_MODEL_FILE' });
    expect(gunzipSync(gzipSync(whole))).toHaveLength(whole.length);
  });

  test.each([
    ['fewer inputs than columns', { columns: TABLE.columns.slice(1) }],
    [
      'a column twice',
      { columns: [...TABLE.columns.slice(0, 5), { name: 'x0' }, ...TABLE.columns.slice(6)] },
    ],
    [
      'a category twice',
      {
        columns: TABLE.columns.map((one) =>
          'categories' in one ? { ...one, categories: ['a', 'a', 'b'] } : one,
        ),
      },
    ],
    ['no categories', { columns: [...TABLE.columns, { name: 'none', categories: [] }] }],
    ['names that are numbers', { columns: [{ name: 3 }, ...TABLE.columns.slice(1)] }],
    ['names of a megabyte', { columns: [{ name: 'x'.repeat(2 ** 20) }, ...TABLE.columns.slice(1)] }],
  ])('with a table of %s is refused', (_, table) => {
    const { model, tensors } = mlp([12, 9, 3], 0.7, true);
    expect(() => encodeModel({ ...model, table: table as typeof TABLE }, tensors)).toThrow(
      expect.objectContaining({ code: 'E_MODEL_FILE' }),
    );
  });

  test('is refused with the reason if it has another version', async () => {
    const text = new TextDecoder('latin1').decode(whole).replace('bbb-model/1', 'bbb-model/7');
    const later = Uint8Array.from(text, (c) => c.charCodeAt(0));
    await expect(loadPredictor(later)).rejects.toMatchObject({ code: 'E_MODEL_VERSION' });
  });
});

/** A copy in which one value is replaced, at any depth. */
function replaceOne(root: unknown, which: number, value: unknown): unknown {
  const copy = structuredClone(root);
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(copy);
  const [parent, key] = places[which % places.length]!;
  parent[key] = value;
  return copy;
}
