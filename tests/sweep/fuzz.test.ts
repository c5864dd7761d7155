import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, loadPlugins, type Registry } from '@bbb/core';
import { parseSweepConfig, parseSweepFile, planSweep } from '@bbb/sweep';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadConfigFile } from '../../packages/cli/src/config/file.js';
import { baseConfig, sweepConfig } from '../../packages/cli/src/commands/sweep.js';
import { anything, codeOf, codeOfPromise, json, names, nested, place, replaced } from '../support/evil.js';
import { PLUGINS, TINY } from '../support/sweeps/tiny.js';
import { sharedFolder } from '../support/folders.js';

let registry: Registry;
beforeAll(async () => {
  registry = createRegistry(await loadPlugins(PLUGINS));
});
afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

/** A configuration with every member. */
const FULL = {
  ...TINY,
  outOfDistribution: { use: 'toy', options: { test: 30, salt: 5 } },
  limit: 50,
  hidden: [[6], [4, 3]],
  methods: [
    { use: 'sgd', label: 'a', grid: { 'training.optimizer.learningRate': [0.1, 0.01] } },
    { use: 'faulty', options: { fault: 'sleep', ms: 1 }, training: { schedule: { kind: 'step', every: 2 } } },
  ],
  training: { epochs: 3, batchSize: 16, optimizer: { kind: 'adam', learningRate: 0.01 } },
  pruning: { shares: [0.5], pruners: [{ use: 'magnitude' }], scope: 'layer' },
  seeds: [0, 1],
};
const SEARCH = {
  ...TINY,
  search: {
    sampler: { use: 'tpe', options: { startup: 2 } },
    trials: 4,
    space: {
      'training.optimizer.learningRate': { kind: 'logUniform', low: 1e-4, high: 1 },
      'methods.sgd.options.x': { kind: 'choice', values: [1, 2] },
    },
    scheduler: { use: 'asha', options: { eta: 2 } },
  },
};
const broken = fc
  .record({ of: fc.constantFrom(FULL, SEARCH), place, name: names, by: anything })
  .map(({ of, place: at, name, by }) => replaced(of, at, name, by));
const DEPTHS = [10, 1000, 100_000];

describe('a configuration', () => {
  const plan = (input: unknown): unknown => planSweep(parseSweepConfig(input), registry);

  it('of any value gives a plan or a coded error', () => {
    fc.assert(
      fc.property(anything, (input) => {
        expect(codeOf(() => plan(input))).toBe('E_SWEEP_CONFIG');
      }),
    );
  });

  it('that is wrong in one place gives a plan or a coded error', () => {
    let plans = 0;
    fc.assert(
      fc.property(broken, (input) => {
        if (codeOf(() => plan(input)) === undefined) plans++;
      }),
      { numRuns: 2000 },
    );
    expect(plans).toBeGreaterThan(0);
  });

  it.each(DEPTHS)('with a list %i deep in any place gives a plan or a coded error', (depth) => {
    const deep = nested(depth);
    fc.assert(
      fc.property(fc.constantFrom(FULL, SEARCH), place, names, (of, at, name) => {
        codeOf(() => plan(replaced(of, at, name, deep)));
      }),
      { numRuns: 300 },
    );
  });

  it('in a file gives the same, alone or on top of a preset', () => {
    fc.assert(
      fc.property(fc.oneof(broken, anything), fc.constantFrom(undefined, 'quick'), (input, preset) => {
        codeOf(() => {
          const file = { name: 'bbb.config.ts', ...parseSweepFile(input, 'bbb.config.ts') };
          const base = baseConfig(preset ?? file.preset, file, registry);
          plan(sweepConfig(base, {}, registry));
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('with an object in place of a text is refused, also one that has a length without a value', () => {
    const dataset = { use: { length: [{ toString: 0 }] } };
    expect(codeOf(() => plan({ ...FULL, dataset }))).toBe('E_SWEEP_CONFIG');
    expect(codeOf(() => parseSweepFile({ ...FULL, dataset }, 'bbb.config.ts'))).toBe('E_SWEEP_CONFIG');
  });

  it('is refused if its trials would not fit into memory', () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1);
    const grid = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`options.x${i}`, values]));
    const before = process.memoryUsage().rss;
    expect(codeOf(() => plan({ ...TINY, methods: [{ use: 'faulty', grid }] }))).toBe('E_SWEEP_CONFIG');
    const trials = 2 ** 53 - 1;
    expect(
      codeOf(() => plan({ ...SEARCH, search: { ...SEARCH.search, sampler: { use: 'random' }, trials } })),
    ).toBe('E_SWEEP_CONFIG');
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });
});

describe('a configuration file', () => {
  const folder = sharedFolder();
  const load = (name: string, content: string | Uint8Array): Promise<string | undefined> => {
    writeFileSync(join(folder, name), content);
    return codeOfPromise(() => loadConfigFile(name, folder));
  };

  it('with any text or bytes is read, or refused with a code', async () => {
    const lines = fc.array(
      fc.oneof(
        fc.constantFrom(
          '- ',
          ': ',
          '&a',
          '*a',
          '<<: *a',
          '!!binary x',
          '? ',
          '---',
          '%YAML 9',
          '|',
          '{',
          ']',
          '\t',
        ),
        names,
        fc.string(),
      ),
    );
    const content = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }),
      json.map((value) => JSON.stringify(value) ?? ''),
      fc.tuple(lines, fc.constantFrom('\n', ' ', '')).map(([parts, between]) => parts.join(between)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('a.json', 'a.yaml'), content, async (name, text) => {
        await load(name, text);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['nests 100,000 deep', 'a.json', `{"hidden":${'['.repeat(1e5)}${']'.repeat(1e5)}}`],
    ['nests 100,000 deep', 'a.yaml', `hidden: ${'['.repeat(1e5)}${']'.repeat(1e5)}`],
    [
      'nests where any value is allowed',
      'a.json',
      `{"dataset":{"use":"toy","options":{"a":${JSON.stringify(nested(1000))}}}}`,
    ],
    ['expands to 10^12 values by aliases', 'a.yaml', bomb(12)],
    ['has a prototype', 'a.json', '{"__proto__":{"preset":"quick"}}'],
    ['has a prototype', 'a.yaml', '__proto__: {preset: quick}'],
  ])('that %s is refused with a code: %s', async (_what, name, text) => {
    const before = process.memoryUsage().rss;
    expect(await load(name, text)).toMatch(/^E_(CONFIG_LOAD|SWEEP_CONFIG)$/);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });
});

/** Lists of ten references to the list before: 10^levels entries. */
function bomb(levels: number): string {
  const line = (i: number): string =>
    `a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`;
  return ['a0: &a0 [x]', ...Array.from({ length: levels }, (_, i) => line(i + 1))].join('\n');
}
