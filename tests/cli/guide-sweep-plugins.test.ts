import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reporterChecks, samplerChecks, schedulerChecks, storeChecks } from '@bbb/contract';
import { createRegistry, loadPlugins, type IndexRow } from '@bbb/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { bbb } from '../support/command-line.js';

const guides = new URL('../../docs/guides/', import.meta.url);
const example = (name: string): string => fileURLToPath(new URL(`sweep-plugins/${name}`, guides));
const FAULTY = fileURLToPath(new URL('../../packages/contract/src/faulty.ts', import.meta.url));
const NAMES = ['csv', 'patience', 'nearby', 'nice', 'json-index'];
const PLUGINS = NAMES.map((name) => example(`${name}.ts`));
const registry = createRegistry(await loadPlugins(PLUGINS));

describe('the guide to plugins of a sweep', () => {
  it('shows exactly the files that are run', () => {
    const guide = readFileSync(new URL('sweep-plugins.md', guides), 'utf8');
    const shown = [...guide.matchAll(/<!-- docs\/guides\/(\S+);.*-->\n\n```ts\n([\s\S]*?)```/g)];
    expect(shown.map(([, path]) => path!.replace('sweep-plugins/', '')).toSorted()).toEqual(
      readdirSync(example('')).toSorted(),
    );
    for (const [, path, code] of shown) expect(code).toBe(readFileSync(new URL(path!, guides), 'utf8'));
  });

  it('shows a test that passes', async () => {
    const args = ['--import=tsx', '--test', '--test-reporter=tap', example('patience.test.ts')];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const tap = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { env }, (_error, stdout) => resolve(stdout));
    });
    expect(tap).toMatch(/^# pass 3$/m);
    expect(tap).toMatch(/^# fail 0$/m);
  });

  const checks = [
    ...samplerChecks(registry.get('samplers', 'nearby')),
    ...schedulerChecks(registry.get('schedulers', 'patience')),
    ...storeChecks({ definition: registry.get('stores', 'json'), folder: temporaryFolder }),
    ...reporterChecks({ definition: registry.get('reporters', 'csv'), folder: temporaryFolder }),
  ];
  it.each(checks)('has plugins that pass the checks: $name', ({ run }) => run());
});

describe('its plugins on the command line', () => {
  let place: string;
  beforeEach(async () => {
    place = temporaryFolder();
  });
  const at = (name: string): string => join(place, name);

  it('run a search from a configuration file, in a folder without a package.json; flags win', async () => {
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), at('node_modules'));
    for (const path of PLUGINS) copyFileSync(path, at(basename(path)));
    const config = {
      plugins: [FAULTY, ...NAMES.map((name) => `./${name}.ts`)],
      dataset: { use: 'toy' },
      methods: [{ use: 'sgd' }],
      hidden: [[6]],
      validation: 30,
      training: { epochs: 30, batchSize: 16 },
      pruning: { shares: [0.5] },
      search: {
        trials: 6,
        space: { 'training.optimizer.learningRate': { kind: 'logUniform', low: 1e-4, high: 1 } },
        sampler: { use: 'nearby', options: { explore: 0.5 } },
        scheduler: { use: 'patience', options: { epochs: 2 } },
        objective: 'validationNll',
      },
      reporters: [{ use: 'csv', options: { file: 'mine.csv' } }],
      executor: { use: 'nice', options: { priority: 1 } },
      store: { use: 'json' },
    };
    writeFileSync(
      at('bbb.config.ts'),
      `import { defineSweep } from '@bbb/sweep';\nexport default defineSweep(${JSON.stringify(config)});\n`,
    );
    const first = await bbb(['sweep', '--dir', 'run', '--workers', '1'], { cwd: place });
    expect(first.code, first.stderr).toBe(0);

    const rows = JSON.parse(readFileSync(at('run/sweep.index.json'), 'utf8')) as IndexRow[];
    const states = rows.map(({ state }) => state);
    expect(states).toHaveLength(6);
    expect(new Set(states)).toEqual(new Set(['done', 'stopped-early']));
    for (const { epoch } of rows.filter(({ state }) => state === 'stopped-early'))
      expect(epoch).toBeLessThan(30);
    expect(existsSync(at('run/sweep.db'))).toBe(false);

    const [head, ...lines] = readFileSync(at('mine.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('trial,label,seed,ended,seconds,metric,value');
    const done = rows.filter(({ state }) => state === 'done').map(({ id }) => id);
    expect(lines.map((line) => line.split(',')[0])).toEqual(done);
    for (const line of lines)
      expect(line).toMatch(/^[0-9a-f]{16},sgd,0,done,\d+\.\d\d,accuracy,[01](\.\d+)?$/);

    // Flags replace the executor and the store of the configuration file, and add reporters.
    const flags =
      '--executor local --store sqlite --reporter ndjson --reporter-option ndjson.file=all.ndjson';
    const again = await bbb(['sweep', '--dir', 'run', ...flags.split(' ')], { cwd: place });
    expect(again.code, again.stderr).toBe(0);
    expect(existsSync(at('run/sweep.db'))).toBe(true);
    expect(readFileSync(at('all.ndjson'), 'utf8')).toContain('"type":"sweep-done"');
  });

  it('are listed with their kinds; an unknown name gives an error with the nearest one', async () => {
    const flags = PLUGINS.flatMap((path) => ['--plugin', path]);
    const { stdout } = await bbb(['plugins', '--json', ...flags]);
    const entries = JSON.parse(stdout) as { kind: string; name: string; plugin: string }[];
    const mine = entries.filter(({ plugin }) => plugin.startsWith('bbb-plugin-'));
    expect(mine.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'samplers nearby',
      'schedulers patience',
      'executors nice',
      'stores json',
      'reporters csv',
    ]);
    const { code, stderr } = await bbb(['sweep', '--plugin', example('nice.ts'), '--executor', 'nise']);
    expect(stderr).toMatch(/contributes an executor "nise"[\s\S]*"nice"/);
    expect(code).toBe(2);
    const wrong = [
      ['stores', 'jsn', 'json'],
      ['reporters', 'cvs', 'csv'],
      ['schedulers', 'patienc', 'patience'],
      ['samplers', 'nearb', 'nearby'],
    ] as const;
    for (const [kind, name, near] of wrong)
      expect(() => registry.get(kind, name)).toThrow(
        expect.objectContaining({ code: 'E_UNKNOWN_NAME', hint: expect.stringContaining(`"${near}"`) }),
      );
  });
});
