import { createRegistry } from '@bbb/core';
import plugins from '@bbb/plugins';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { loadingOnce } from '../../packages/cli/src/config/load-once.js';

let reads = 0;
const counting = {
  description: 'Counts how often it is read.',
  options: z.object({ fails: z.number().default(0) }),
  load: ({ fails }: { fails: number }) => {
    reads++;
    if (reads <= fails) throw new Error('no connection');
    return curve.load(curve.options.parse({ examples: 50 }), {});
  },
};
const curve = createRegistry([plugins]).get('datasets', 'curve');
const registry = loadingOnce(createRegistry([{ name: 'mine', datasets: { counting } }]));
const load = async (fails: number, more: object = {}) =>
  registry.get('datasets', 'counting').load({ fails }, more);

it('reads a data set once for the same options and place, whoever shows the progress', async () => {
  reads = 0;
  const first = await load(0);
  expect(await load(0, { onProgress: () => undefined, secondary: false })).toBe(first);
  expect(reads).toBe(1);
  await load(0, { secondary: true });
  await load(0, { dataDir: '/elsewhere' });
  await load(-1);
  expect(reads).toBe(4);
});

it('reads again what could not be read', async () => {
  reads = 0;
  await expect(load(1)).rejects.toThrow('no connection');
  const { train } = await load(1);
  expect([train.count, reads]).toEqual([50, 2]);
});
