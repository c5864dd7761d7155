import {
  canonicalJson,
  checkTrial,
  createRegistry,
  decodeCheckpoint,
  decodeSafetensors,
  encodeSafetensors,
  parseOptions,
  PLUGIN_KINDS,
  safeParse,
  type Trial,
} from '@bbb/core';
import { parseKeras } from '@bbb/export';
import builtIns from '@bbb/plugins';
import { decodeModel, encodeModel, type StoredModel } from '@bbb/predict/format';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJsonLines } from '../../packages/cli/src/predict/text.js';
import { codeOf, everywhere, jsonOf, nested, OBSTINATE } from '../support/evil.js';
import { TRIAL } from '../support/sweeps/planned.js';

describe('safeParse', () => {
  const schema = z.strictObject({
    names: z.array(z.string().min(1)),
    kinds: z.set(z.string()).max(3).optional(),
  });
  const problemOf = (value: unknown): string | undefined => {
    const { error } = safeParse(schema, value);
    return error && z.prettifyError(error);
  };

  it('gives the same as zod if zod gives a result', () => {
    expect(safeParse(schema, { names: ['a'] })).toEqual({ success: true, data: { names: ['a'] } });
    expect(problemOf({ names: [7] })).toMatch(/expected string, received number\s+→ at names\[0\]/);
  });

  it("gives the place of an object that zod can't compare", () => {
    const expected = 'expected a text or a list, got an object';
    expect(problemOf({ names: ['a', { length: { toString: '' } }] })).toBe(`✖ ${expected}\n  → at names[1]`);
    expect(problemOf({ names: [], kinds: { size: { toString: '' } } })).toBe(`✖ ${expected}\n  → at kinds`);
  });

  it('reports a value that is nested deeper than the stack', () => {
    const tree: z.ZodType = z.lazy(() => z.array(tree));
    expect(safeParse(tree, nested(50)).success).toBe(false);
    expect(safeParse(tree, nested(1e6)).error?.issues).toEqual([
      expect.objectContaining({ path: [], message: 'is nested too deep' }),
    ]);
  });

  it('passes on an error of the schema itself', () => {
    const broken = z.string().refine((text) => (text as unknown as { no: () => boolean }).no());
    expect(() => safeParse(broken, 'a')).toThrow(TypeError);
  });
});

const METADATA = { format: 'bbb-checkpoint/1', epoch: '1', step: '3', trial: JSON.stringify(TRIAL) };
const DATA = {
  inputShape: [2],
  target: { kind: 'class', classes: 2, names: ['a', 'b'] },
  preprocessing: {
    input: { kind: 'divide', divisor: 2 },
    table: { columns: [{ name: 'x' }, { name: 'y' }] },
  },
};
const MODEL: StoredModel = {
  inputShape: [2],
  scaling: { kind: 'divide', divisor: 2 },
  table: { columns: [{ name: 'x' }, { name: 'y' }] },
  target: { kind: 'class', classes: 2, names: ['a', 'b'] },
  layers: [{ kind: 'dense', units: 2 }],
  posterior: { kind: 'point' },
  samples: 0,
  about: { method: 'sgd' },
};
const TENSORS = {
  'layers.0.weight': { shape: [2, 2], mean: new Float32Array(4) },
  'layers.0.bias': { shape: [2], mean: new Float32Array(2) },
};

/** The file with a changed header. By default, the header is only written anew. */
function reframed(file: Uint8Array, change: (header: unknown) => unknown = (header) => header): Uint8Array {
  const length = Number(Buffer.from(file).readBigUInt64LE());
  const header = change(JSON.parse(Buffer.from(file.subarray(8, 8 + length)).toString()));
  const text = Buffer.from(jsonOf(header));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([head, text, file.subarray(8 + length)]);
}

const headerOf = (file: Uint8Array): unknown => {
  let found: unknown;
  reframed(file, (header) => (found = header));
  return found;
};

interface Reader {
  /** A value that is read without an error. */
  readonly good: unknown;
  readonly read: (value: unknown) => unknown;
}

const model = encodeModel(MODEL, TENSORS);
const checkpoint = encodeSafetensors(
  { w: { dtype: 'F32', shape: [1], data: new Float32Array(1) } },
  METADATA,
);
const inMetadata = (member: string) => (value: unknown) =>
  decodeCheckpoint(encodeSafetensors({}, { ...METADATA, [member]: jsonOf(value) }));
const withModel = (value: unknown): Uint8Array =>
  reframed(model, (header) => ({
    ...(header as object),
    __metadata__: {
      ...(header as { readonly ['__metadata__']: object })['__metadata__'],
      model: jsonOf(value),
    },
  }));
const KERAS = {
  modelTopology: {
    model_config: {
      class_name: 'Sequential',
      config: {
        layers: [{ class_name: 'Dense', config: { name: 'd', units: 1, batch_input_shape: [null, 2] } }],
      },
    },
  },
  weightsManifest: [{ paths: ['w'], weights: [{ name: 'd/kernel', shape: [2, 1], dtype: 'float32' }] }],
};

const registry = createRegistry([builtIns]);
const options = PLUGIN_KINDS.flatMap((kind) =>
  registry.list(kind).flatMap(({ name, value }): [string, Reader][] =>
    'options' in value
      ? [
          [
            `the options of ${kind} ${name}`,
            {
              good: value.options.safeParse({}).data ?? {},
              read: (given) => parseOptions(name, value.options, given),
            },
          ],
        ]
      : [],
  ),
);

const READERS: Readonly<Record<string, Reader>> = {
  'a trial': {
    good: TRIAL,
    read: (trial) => {
      checkTrial(trial as Trial);
      canonicalJson(trial);
    },
  },
  'the trial of a checkpoint': { good: TRIAL, read: (trial) => canonicalJson(inMetadata('trial')(trial)) },
  'the data of a checkpoint': { good: DATA, read: inMetadata('dataSpec') },
  'the kept epochs of a checkpoint': { good: { 1: 2 }, read: inMetadata('kept') },
  'the header of safetensors': {
    good: headerOf(checkpoint),
    read: (header) => decodeSafetensors(reframed(checkpoint, () => header)),
  },
  'the header of a model file': {
    good: headerOf(model),
    read: (header) => decodeModel(reframed(model, () => header)),
  },
  'the description of a model file': { good: MODEL, read: (value) => decodeModel(withModel(value)) },
  'a row to predict': {
    good: { x: 1, y: 2 },
    read: (row) => parseJsonLines(jsonOf(row), 'rows', MODEL),
  },
  'a Keras model': { good: KERAS, read: (value) => parseKeras(jsonOf(value)) },
};

describe.each(Object.entries(OBSTINATE))('with %s in any place', (_what, by) => {
  it.each([...Object.entries(READERS), ...options])(
    '%s is read, or refused with a code',
    (_name, { good, read }) => {
      for (const value of everywhere(good, by)) codeOf(() => read(value));
    },
  );
});

it.each(Object.entries(READERS))('%s without a change is read', (_name, { good, read }) => {
  expect(codeOf(() => read(good))).toBeUndefined();
});
