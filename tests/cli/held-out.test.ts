import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry } from '@bbb/core';
import builtIns from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { expect, it } from 'vitest';
import { baseConfig, sweepConfig } from '../../packages/cli/src/commands/sweep.js';
import { builtBySize, presetOf } from '../../packages/cli/src/config/by-size.js';
import type { SweepFlags } from '../../packages/cli/src/options/kinds.js';
import { temporaryFolder } from '../support/folders.js';

const registry = createRegistry([builtIns]);
const rows = (count: number): string =>
  ['x,kind', ...Array.from({ length: count }, (_, i) => `${i},${i % 2 === 0 ? 'a' : 'b'}`)].join('\n');

/** The fraction of the examples that a sweep on a table would hold out for testing, in each of its trials. */
async function heldOut(withTestFile: boolean, typed: Partial<SweepFlags>): Promise<unknown[]> {
  const dataDir = join(temporaryFolder(), 'table');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'train.csv'), rows(60));
  if (withTestFile) writeFileSync(join(dataDir, 'test.csv'), rows(20));
  const flags = { dataset: 'csv', dataDir, target: 'kind', quiet: true, ...typed } as SweepFlags;
  const base = baseConfig(presetOf(flags, registry), undefined, registry);
  const config = await builtBySize((all) => sweepConfig(base, all, registry), flags, registry);
  const { trials } = planSweep(parseSweepConfig(config), registry);
  expect(trials.length).toBeGreaterThan(0);
  return [...new Set(trials.map(({ trial }) => trial.data.testFraction))];
}

it.each([
  ['a table without a test file', false, {}, 0.2],
  // The preset for tables holds out some examples, but not if there is a test file.
  ['a table with a test file', true, {}, undefined],
  ['a table with a test file and an option for it', true, { testFraction: 0.3 }, 0.3],
  ['a table with a test file and --set for it', true, { set: [{ path: 'testFraction', value: 0.4 }] }, 0.4],
])('what is held out for testing of %s', async (_, withTestFile, typed, expected) => {
  expect(await heldOut(withTestFile, typed)).toEqual([expected]);
});
