import assert from 'node:assert/strict';
import { parseOptions, type IndexRow, type StoreDefinition, type TrialIndex } from '@bbb/core';
import type { AsyncCheck } from './check.js';

export interface StoreUnderTest {
  readonly definition: StoreDefinition;
  /** Options of the store. Missing ones get their defaults. */
  readonly options?: unknown;
  /** Returns a new folder at each call. */
  folder(): string;
}

const row = (i: number): IndexRow => ({
  id: `trial-${i}`,
  label: 'sgd',
  variant: i % 2 === 0 ? '' : '400-400 learningRate=0.001',
  configuration: `configuration-${i}`,
  seed: i,
  state: 'waiting',
  attempts: 0,
  epoch: 0,
  epochs: 9,
  phaseShare: 0,
  phaseSeconds: 0,
  validationError: null,
  error: null,
  sha256: null,
});
const rows = Array.from({ length: 50 }, (_, i) => row(i));

/**
 * Checks what a sweep needs of a store.
 * @param under the definition, its options and a folder
 */
export function storeChecks(under: StoreUnderTest): AsyncCheck[] {
  const { definition, options = {} } = under;
  const folder = (): string => under.folder();
  const open = async (dir: string, with_: readonly IndexRow[]): Promise<TrialIndex> =>
    definition.open(parseOptions('store', definition.options, options), { dir, rows: with_ });
  const within = async (use: (index: TrialIndex) => Promise<void>): Promise<void> => {
    const index = await open(folder(), rows);
    try {
      await use(index);
    } finally {
      await index.close();
    }
  };
  return [
    {
      name: 'has the rows that it is opened with, in their order',
      run: () => within(async (index) => assert.deepEqual(await index.rows(), rows)),
    },
    {
      name: 'changes the given fields, and nothing else',
      run: () =>
        within(async (index) => {
          const done = { state: 'done', epoch: 9, validationError: 0.125, sha256: 'abc' } as const;
          const failed = { state: 'failed', attempts: 2, error: `it's "broken";\n--` } as const;
          await index.update([
            { id: 'trial-3', ...done },
            { id: 'trial-4', ...failed },
          ]);
          await index.update([{ id: 'trial-4', state: 'waiting', error: null, phaseShare: 0.25 }]);
          const expected = rows.with(3, { ...rows[3]!, ...done });
          const retried = {
            ...rows[4]!,
            ...failed,
            state: 'waiting',
            error: null,
            phaseShare: 0.25,
          } as const;
          assert.deepEqual(await index.rows(), expected.with(4, retried));
        }),
    },
    {
      name: 'accepts empty changes, and changes of unknown trials',
      run: () =>
        within(async (index) => {
          await index.update([]);
          await index.update([{ id: 'trial-1' }]);
          await index.update([{ id: 'nobody', state: 'done' }]);
          assert.deepEqual(await index.rows(), rows);
        }),
    },
    {
      name: 'adds rows at the end, and changes them like the others',
      run: () =>
        within(async (index) => {
          await index.add([row(100), row(60)]);
          await index.add([]);
          await index.add([row(70)]);
          await index.update([{ id: 'trial-60', state: 'running' }]);
          const added = [row(100), { ...row(60), state: 'running' }, row(70)];
          assert.deepEqual(await index.rows(), [...rows, ...added]);
        }),
    },
    {
      name: 'has only the new rows when it is opened again in the same place',
      run: async () => {
        const dir = folder();
        const before = await open(dir, rows);
        await before.update([{ id: 'trial-0', state: 'done' }]);
        await before.close();
        const after = await open(dir, rows.slice(0, 3));
        assert.deepEqual(await after.rows(), rows.slice(0, 3));
        await after.close();
      },
    },
  ];
}
