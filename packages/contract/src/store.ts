import { parseOptions, type IndexRow, type StoreDefinition, type TrialIndex } from '@bbb/core';
import { assertSame } from './assert-same.js';
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
      run: () =>
        within(async (index) =>
          assertSame(await index.rows(), rows, 'rows() must give the rows of open(), in their order'),
        ),
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
          assertSame(
            await index.rows(),
            expected.with(4, retried),
            'update() must change the given fields of the given rows, and nothing else',
          );
        }),
    },
    {
      name: 'accepts empty changes, and changes of unknown trials',
      run: () =>
        within(async (index) => {
          await index.update([]);
          await index.update([{ id: 'trial-1' }]);
          await index.update([{ id: 'nobody', state: 'done' }]);
          assertSame(
            await index.rows(),
            rows,
            'An update() without fields, or of an unknown trial, must change nothing',
          );
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
          assertSame(
            await index.rows(),
            [...rows, ...added],
            'add() must put new rows at the end, and update() must change them',
          );
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
        assertSame(
          await after.rows(),
          rows.slice(0, 3),
          'open() in a used folder must keep no row of the index before',
        );
        await after.close();
      },
    },
  ];
}
