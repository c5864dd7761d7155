import { prune, rootKey, startBackend, type KeepMasks } from '@bbb/core';
import { gaussianModel, pointModel } from '@bbb/plugins';
import { readAll, toyContext, toyData } from '@bbb/contract/toy';
import { describe, expect, it } from 'vitest';

const ops = await startBackend();
const sgd = { kind: 'sgd', learningRate: 0.1, momentum: 0 } as const;
const context = toyContext(ops, toyData(rootKey(2), 1), sgd, 8);
const models = {
  pointModel: pointModel(context, { kind: 'fan-in' }),
  gaussianModel: gaussianModel(context, { kind: 'fan-in' }, -3),
};
const first = { 'layers.0.weight': new Uint8Array(4 * 16) };

const wrong: [string, KeepMasks, object][] = [
  [
    'a misspelt name of a weight',
    { ...first, 'layers.1.weigth': new Uint8Array(16 * 8) },
    {
      code: 'E_PRUNE_NAME',
      message: 'There is no weight "layers.1.weigth" to prune in this model.',
      hint: expect.stringMatching(/^Did you mean "layers.1.weight"\? .*layers.0.weight, layers.0.bias, /),
    },
  ],
  [
    'a name that every object has',
    { ...first, constructor: new Uint8Array(1) },
    { code: 'E_PRUNE_NAME', hint: expect.stringMatching(/^Its weights are layers.0.weight, /) },
  ],
  [
    'a mask of another size',
    { ...first, 'layers.0.bias': new Uint8Array(15) },
    {
      code: 'E_PRUNE_MASK',
      message: 'The mask of layers.0.bias has 15 bytes for the 16 elements of [16].',
      hint: expect.stringContaining('one byte for each element'),
    },
  ],
];

describe.each(Object.entries(models))('%s', (_name, model) => {
  it.each(wrong)('refuses %s before it applies another mask', (_title, keep, error) => {
    const params = model.init(rootKey(1));
    const before = readAll(ops, params);
    expect(() => prune(ops, model, params, keep)).toThrow(expect.objectContaining(error));
    expect(readAll(ops, params)).toEqual(before);
    prune(ops, model, params, first);
    expect(readAll(ops, params)).not.toEqual(before);
  });
});
