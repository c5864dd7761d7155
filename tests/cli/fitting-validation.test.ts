import { createRegistry } from '@bbb/core';
import plugins from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { withFittingValidation } from '../../packages/cli/src/config/fitting-validation.js';
import type { Json } from '../../packages/cli/src/config/path.js';

const registry = createRegistry([plugins]);
const dataset = { use: 'curve', options: { examples: 50 } };
const fitted = (config: Json, flags: object = { dataset: 'curve' }, file?: Json): Promise<Json> =>
  withFittingValidation({ dataset, ...config }, { ...flags, quiet: true }, registry, file);

describe('the number of validation examples if the user gives none', () => {
  it('is a tenth of a set that has fewer than the usual 10,000', async () => {
    expect(await fitted({})).toEqual({ dataset, validation: 5 });
    expect(await fitted({ validation: 10_000 })).toEqual({ dataset, validation: 5 });
    expect(await fitted({ testFraction: 0.4 })).toMatchObject({ validation: 3 });
    expect(await fitted({}, {}, { dataset })).toMatchObject({ validation: 5 });
  });

  it('is the usual one if it leaves some to train on, so that trials keep their ids', async () => {
    for (const validation of [0, 49]) expect(await fitted({ validation })).toEqual({ dataset, validation });
    // Without a name, the data set is that of the preset, and the preset's numbers fit it.
    expect(await fitted({}, {})).toEqual({ dataset });
  });

  it("is the user's if it is on the command line or in a file", async () => {
    const said = { validation: 10_000 };
    expect(await fitted(said, { dataset: 'curve', ...said })).toEqual({ dataset, ...said });
    expect(await fitted(said, { set: [{ path: 'validation', value: 10_000 }] }, { dataset })).toMatchObject(
      said,
    );
    expect(await fitted(said, {}, { dataset, ...said })).toMatchObject(said);
  });
});
