import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry } from '@bbb/core';
import builtIn from '@bbb/plugins';
import { defineSweep, overlayConfig, parseSweepConfig } from '@bbb/sweep';
import { beforeEach, describe, expect, it } from 'vitest';
import { baseConfig, sweepConfig } from '../../packages/cli/src/commands/sweep.js';
import { loadConfigFile } from '../../packages/cli/src/config/file.js';
import { bbb } from '../support/command-line.js';
import { temporaryFolder } from '../support/folders.js';

const registry = createRegistry([builtIn]);
const SWEEP = fileURLToPath(new URL('../../packages/sweep/src/index.ts', import.meta.url));
const [preset] = registry.list('presets').map(({ name }) => name);

let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
});

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const load = (asked?: string | false) => loadConfigFile(asked, folder);

const SAME = { preset, seeds: [4, 5], training: { epochs: 3 } };
const FORMS: Readonly<Record<string, string>> = {
  'bbb.config.ts': `import { defineSweep } from '${SWEEP}';
    const seeds: number[] = [4, 5];
    export default defineSweep({ preset: '${preset}', seeds, training: { epochs: 3 } });`,
  'bbb.config.js': `export default ${JSON.stringify(SAME)};`,
  'bbb.config.mjs': `export default ${JSON.stringify(SAME)};`,
  'bbb.config.json': JSON.stringify(SAME),
  'bbb.config.yaml': `preset: ${preset}\nseeds: [4, 5]\ntraining:\n  epochs: 3 # few\n`,
};

describe('a configuration file', () => {
  it.each(Object.entries(FORMS))('%s is found and gives the same plan', async (name, text) => {
    put('package.json', '{"type":"module"}');
    put(name, text);
    const { sweep, preset: base, name: found } = (await load())!;
    expect(found).toBe(name);
    expect(base).toBe(preset);
    expect(sweep).toEqual({ seeds: [4, 5], training: { epochs: 3 } });
  });

  it('takes percentages as the command line does, and leaves names alone', async () => {
    put(
      'bbb.config.yaml',
      `dataset: { use: csv, options: { target: 50% } }
testFraction: 12.5%
methods: [{ use: dropout, label: 50%, options: { p: 50 % }, grid: { options.p: [10%, 0.2] } }]
pruning: { shares: [99.9%, 0.5], layerShares: [[90%, 0.5]] }
answer: { reference: 50%, sparsity: 99.9% }
`,
    );
    expect((await load())!.sweep).toEqual({
      dataset: { use: 'csv', options: { target: '50%' } },
      testFraction: 0.125,
      methods: [{ use: 'dropout', label: '50%', options: { p: 0.5 }, grid: { 'options.p': [0.1, 0.2] } }],
      pruning: { shares: [0.999, 0.5], layerShares: [[0.9, 0.5]] },
      answer: { reference: '50%', sparsity: 0.999 },
    });
    put('bbb.config.yaml', 'preset: quick\npruning: { shares: [150%] }\n');
    await expect(load()).rejects.toMatchObject({ code: 'E_SWEEP_CONFIG' });
  });

  it.each(['bbb.config.json', 'bbb.config.yaml', 'bbb.config.mjs'])(
    '%s may begin with a byte-order mark',
    async (name) => {
      put(name, `\ufeff${FORMS[name]}`);
      expect((await load())!.sweep).toEqual({ seeds: [4, 5], training: { epochs: 3 } });
    },
  );

  it.each(['bbb.config.json', 'bbb.config.yaml'])('%s may be UTF-16 with its mark', async (name) => {
    const little = Buffer.from(`\ufeff${FORMS[name]}`, 'utf16le');
    for (const content of [little, Buffer.from(little).swap16()]) {
      writeFileSync(join(folder, name), content);
      expect((await load())!.sweep).toEqual({ seeds: [4, 5], training: { epochs: 3 } });
    }
  });

  it.each([
    ['Latin-1', Buffer.from('{"name":"caf\u00e9"}', 'latin1'), /not written in UTF-8/],
    ['UTF-16 without a byte order mark', Buffer.from('{"seeds":[1]}', 'utf16le'), /not a text file/],
    ['nothing', Buffer.from('\ufeff'), /./],
  ])('that is %s is refused with this reason', async (_title, content, says) => {
    writeFileSync(join(folder, 'bbb.config.json'), content);
    await expect(load()).rejects.toMatchObject({
      code: 'E_CONFIG_LOAD',
      message: expect.stringMatching(says),
    });
  });

  it('is not searched with --no-config, and may be missing', async () => {
    expect(await load()).toBeUndefined();
    put('bbb.config.json', '{}');
    expect(await load(false)).toBeUndefined();
    expect(await load()).toBeDefined();
  });

  it('names plugins relative to its own folder', async () => {
    mkdirSync(join(folder, 'below'));
    put('below/my.json', '{"plugins":["./mine.mjs","bbb-plugin-x"]}');
    expect((await load('below/my.json'))!.plugins).toEqual([join(folder, 'below/mine.mjs'), 'bbb-plugin-x']);
  });

  it.each([
    ['misspelt member', '{"trainig":{}}', 'E_SWEEP_CONFIG', /unknown member "trainig".*training/],
    ['misspelt member below', '{"training":{"epoch":3}}', 'E_SWEEP_CONFIG', /"training\.epoch".*epochs/],
    [
      'wrong type, with its path',
      '{"pruning":{"shares":[0.5,"all"]}}',
      'E_SWEEP_CONFIG',
      /"pruning\.shares\[1\]".*got "all"/,
    ],
    ['list', '[1]', 'E_SWEEP_CONFIG', /got a list/],
    ['broken text', '{', 'E_CONFIG_LOAD', /my\.json can't be loaded/],
  ])('with a %s is refused', async (_what, text, code, message) => {
    put('my.json', text);
    await expect(load('my.json')).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('is refused if it throws, is missing, is of another kind, or is one of two', async () => {
    put('bad.mjs', "throw new Error('no luck today');");
    put('bad.yaml', 'a: 1\na: 2\n');
    put('empty.mjs', 'export const x = 1;');
    put('my.toml', '');
    await expect(load('bad.mjs')).rejects.toMatchObject({
      code: 'E_CONFIG_LOAD',
      message: expect.stringMatching(/no luck today/),
    });
    await expect(load('bad.yaml')).rejects.toMatchObject({
      code: 'E_CONFIG_LOAD',
      message: expect.stringMatching(/unique/),
    });
    await expect(load('empty.mjs')).rejects.toMatchObject({
      message: expect.stringMatching(/got nothing/),
    });
    await expect(load('none.json')).rejects.toMatchObject({ code: 'E_CONFIG_NOT_FOUND' });
    await expect(load('my.toml')).rejects.toMatchObject({ code: 'E_CONFIG_LOAD' });
    put('bbb.config.json', '{}');
    put('bbb.config.yml', '{}');
    await expect(load()).rejects.toMatchObject({ code: 'E_CONFIG_AMBIGUOUS' });
  });
});

describe('precedence', () => {
  it('flags win over the file, and the file over the preset', () => {
    const sweep = { training: { epochs: 3, batchSize: 7 }, seeds: [4] };
    const file = { sweep };
    const base = registry.get('presets', preset!).sweep as { readonly hidden: unknown };
    const config = parseSweepConfig(sweepConfig(baseConfig(preset, file, registry), { epochs: 5 }, registry));
    expect(config.training).toMatchObject({ epochs: 5, batchSize: 7 });
    expect(config.training.optimizer).toEqual(
      parseSweepConfig(registry.get('presets', preset!).sweep).training.optimizer,
    );
    expect(config.seeds).toEqual([4]);
    expect(config.hidden).toEqual(base.hidden);
  });

  it('options of a file for all methods win over options of the preset for one method', () => {
    const momentum = { kind: 'sgd', learningRate: 0.1, momentum: 0.9 };
    const base = {
      methods: [
        { use: 'a', training: { epochs: 40, optimizer: momentum } },
        { use: 'b', pruning: { pruners: [{ use: 'x' }], include: ['weight'] } },
        { use: 'c' },
      ],
      training: { epochs: 10, schedule: { kind: 'linear' } },
    };
    const all = { training: { epochs: 1, optimizer: { learningRate: 0.2 } }, pruning: { pruners: [] } };
    const [a, b, c] = overlayConfig(base, all)['methods'] as unknown[];
    expect(a).toEqual({
      use: 'a',
      training: { epochs: 1, optimizer: { ...momentum, learningRate: 0.2 } },
    });
    expect(b).toEqual({ use: 'b', pruning: { include: ['weight'] } });
    expect(c).toEqual({ use: 'c' });
    expect(overlayConfig(base, { pruning: { include: undefined } })['methods']).toEqual(base.methods);
    const methods = [{ use: 'd', training: { epochs: 7 } }];
    expect(overlayConfig(base, { ...all, methods })['methods']).toEqual(methods);
  });

  it('a value of another kind is replaced as a whole', () => {
    const base = { optimizer: { kind: 'adam', beta1: 0.9 }, dataset: { use: 'a', options: { x: 1 } } };
    expect(overlayConfig(base, { optimizer: { kind: 'sgd', momentum: 0.5 } })).toEqual({
      ...base,
      optimizer: { kind: 'sgd', momentum: 0.5 },
    });
    expect(overlayConfig(base, { optimizer: { beta1: 0.8 }, dataset: { use: 'b' } })).toEqual({
      optimizer: { kind: 'adam', beta1: 0.8 },
      dataset: { use: 'b' },
    });
  });

  it('the types require a complete configuration if there is no preset', () => {
    // @ts-expect-error: neither a preset nor a data set and methods.
    expect(defineSweep({ seeds: [1] })).toEqual({ seeds: [1] });
    // @ts-expect-error: a misspelt member.
    defineSweep({ preset: 'x', trainig: {} });
  });
});

describe('bbb sweep', () => {
  it("runs the file's configuration, changed by flags, and prints the name of the file", async () => {
    const plugin = fileURLToPath(new URL('../../packages/contract/src/faulty.ts', import.meta.url));
    put(
      'bbb.config.yaml',
      [
        `plugins: [${plugin}]`,
        'dataset: { use: toy }',
        'methods: [{ use: faulty }]',
        'hidden: [[6]]',
        'validation: 30',
        'training: { epochs: 2 }',
      ].join('\n'),
    );
    const args = ['sweep', '--seeds', '2', '--epochs', '1', '--dry-run', '--json'];
    const { code, stdout, stderr } = await bbb(args, { cwd: folder });
    expect(code).toBe(0);
    expect(stderr).toContain('bbb.config.yaml');
    const { trials } = JSON.parse(stdout) as { trials: { trial: { training: { epochs: number } } }[] };
    expect(trials.map(({ trial }) => trial.training.epochs)).toEqual([1, 1]);
  });

  it('reports what is missing if the file names no preset', async () => {
    put('bbb.config.json', '{"seeds":[1]}');
    const { code, stderr } = await bbb(['sweep'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/names no preset to start from.*"dataset"/);
  });

  it('reports a file that never finishes loading', async () => {
    put('bbb.config.mjs', 'export default await new Promise(() => undefined);');
    const { code, stderr } = await bbb(['sweep'], { cwd: folder });
    expect(code).toBe(13);
    expect(stderr).toContain('a promise that never settles');
  });
});
