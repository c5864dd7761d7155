import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { bbb, TINY, type Ended } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

interface Mistake {
  readonly name: string;
  readonly args: readonly string[];
  /** Standard error must contain all of these texts. */
  readonly says: readonly string[];
}

const sweep = (...args: string[]): string[] => ['sweep', ...TINY, ...args];

const MISTAKES: readonly Mistake[] = [
  { name: 'unknown command', args: ['swep'], says: ["Unknown command 'swep'", 'Did you mean sweep?'] },
  { name: 'unknown option', args: ['sweep', '--epoch', '3'], says: ["'--epoch'", 'Did you mean --epochs?'] },
  { name: 'option without a value', args: ['sweep', '--epochs'], says: ['--epochs', 'missing'] },
  {
    name: 'unknown command below sweep',
    args: ['sweep', 'statuz', 'full'],
    says: ['bbb sweep has no command "statuz"', 'Choose one of status, watch, repair, export, help'],
  },
  {
    name: 'unknown command below sweep, with an option of the one that was meant',
    args: ['sweep', 'exprot', 'full', '--format', 'csv'],
    says: ['bbb sweep has no command "exprot"'],
  },
  {
    name: 'option before a command that has it too',
    args: ['sweep', '--json', 'status', 'full'],
    says: ['--json has no effect before "status"', 'bbb sweep status ... --json'],
  },
  {
    name: 'option before a command that has no such option',
    args: ['sweep', '--no-config', 'status', 'full'],
    says: ['--no-config has no effect before "status"', 'leave it out'],
  },
  {
    name: 'missing argument of a command below another',
    args: ['sweep', 'status'],
    says: ["'dir'", 'bbb sweep status --help'],
  },
  {
    name: 'help for an unknown command',
    args: ['help', 'statuz'],
    says: ['bbb has no command "statuz"', 'Choose one of sweep, '],
  },
  {
    name: 'help for an unknown command below another',
    args: ['help', 'sweep', 'statuz'],
    says: ['bbb sweep has no command "statuz"'],
  },
  {
    name: 'help for a command below one that has none',
    args: ['help', 'plugins', 'mnist'],
    says: ['bbb plugins has no command "mnist"', 'bbb plugins --help'],
  },
  {
    name: 'forgotten folder, another option in its place',
    args: ['train', '--method', 'sgd', ...TINY, '--dir', '--quiet'],
    says: ['--dir needs a value; got the option --quiet', 'For a folder of that name, write ./--quiet'],
  },
  {
    name: 'forgotten name, help in its place',
    args: sweep('--preset', '-h'),
    says: ['--preset needs a value; got the option -h'],
  },
  {
    name: 'folder from an unset variable',
    args: sweep('--dir', ''),
    says: ['--dir needs a value; got an empty text'],
  },
  { name: 'too many seeds', args: sweep('--seeds', '1e9'), says: ['a whole number from 1 to 1000000'] },
  {
    name: 'more seeds than a list can have',
    args: sweep('--seeds', '1e15'),
    says: ['a whole number from 1 to 1000000'],
  },
  {
    name: 'data in a folder that is missing',
    args: ['data', '--data-dir', 'none'],
    says: ['none: no such file or folder'],
  },
  { name: 'data in a file', args: ['data', '--data-dir', 'file'], says: ['file is not a folder'] },
  { name: 'too much', args: ['plugins', 'methods', 'more'], says: ['Too many arguments'] },
  {
    name: 'no such command below',
    args: ['data', 'mnist'],
    says: ['bbb data has no command "mnist"', 'inspect'],
  },
  { name: 'missing required option', args: ['train'], says: ['--method'] },
  { name: 'missing argument', args: ['prune', '--share', '0.5'], says: ['checkpoint'] },
  { name: 'bad count', args: sweep('--seeds', 'abc'), says: ['--seeds', "'abc'", 'a whole number from 1'] },
  { name: 'negative number', args: sweep('--epochs', '-3'), says: ['--epochs', "'-3'"] },
  { name: 'number too large', args: sweep('--lr', '1e999'), says: ['--lr', 'a number above 0'] },
  { name: 'percent without its sign', args: sweep('--prune', '0,90'), says: ['--prune', '0.9 or 90%'] },
  { name: 'unknown choice', args: sweep('--optimizer', 'adm'), says: ['--optimizer', 'sgd, adam'] },
  {
    name: 'two kinds of seeds',
    args: sweep('--seeds', '2', '--seed-list', '1,2'),
    says: ['--seeds', '--seed-list'],
  },
  {
    name: 'unknown preset',
    args: sweep('--preset', 'quik'),
    says: ['preset called "quik"', 'Did you mean "quick"?'],
  },
  {
    name: 'unknown method',
    args: sweep('--methods', 'sdg'),
    says: ['method called "sdg"', 'Did you mean "sgd"?'],
  },
  { name: 'unknown method to train', args: ['train', '--method', 'sdg'], says: ['method called "sdg"'] },
  {
    name: 'unknown pruner',
    args: sweep('--pruners', 'snrr'),
    says: ['pruner called "snrr"', 'Did you mean "snr"?'],
  },
  {
    name: 'criterion that does not fit',
    args: sweep('--methods', 'sgd', '--pruners', 'snr'),
    says: ['"sgd" has no standard deviations', '--pruners snr,magnitude'],
  },
  {
    name: 'unknown data set',
    args: sweep('--dataset', 'mnits'),
    says: ['data set called "mnits"', '"mnist"'],
  },
  { name: 'unknown member', args: sweep('--set', 'training.epoch=3'), says: ['training.epoch', 'epochs'] },
  {
    name: 'path to nowhere',
    args: sweep('--set', 'methods.none.options.p=1'),
    says: ['names no member', 'none'],
  },
  {
    name: 'bad method option',
    args: ['train', '--method', 'dropout', '--option', 'p=2'],
    says: ['dropout', 'p'],
  },
  { name: 'missing data folder', args: sweep('--data-dir', 'nowhere'), says: ['nowhere does not exist'] },
  {
    name: 'no images to train on',
    args: sweep('--validation', '60000'),
    says: ['of 60000 leave none', 'Choose --validation below 60000'],
  },
  { name: 'missing plugin', args: sweep('--plugin', './none.ts'), says: ['no plugin file'] },
  {
    name: 'plugin that throws',
    args: sweep('--plugin', './throws.mjs'),
    says: ['throws.mjs', 'no luck today'],
  },
  {
    name: 'plugin that imports a package that nobody has',
    args: ['plugins', '--plugin', './outside.ts'],
    says: ["Cannot find package 'nobody-has-this'", 'npm install nobody-has-this'],
  },
  {
    name: 'plugin of the wrong shape',
    args: sweep('--plugin', './wrong.mjs'),
    says: ['wrong.mjs', 'method'],
  },
  {
    name: 'plugin without a default export',
    args: ['plugins', '--plugin', './empty.mjs'],
    says: ['default export'],
  },
  { name: 'a folder with other files', args: sweep('--dir', 'full'), says: ['full is not empty'] },
  { name: 'folder below a file', args: sweep('--dir', 'file/below'), says: ['file/below'] },
  { name: 'unknown name to look up', args: ['plugins', 'snrr'], says: ['"snrr"', 'Did you mean "snr"?'] },
  {
    name: 'missing checkpoint',
    args: ['evaluate', 'none.safetensors'],
    says: ['none.safetensors: no such file'],
  },
  { name: 'a file that is not a checkpoint', args: ['evaluate', 'file'], says: ['safetensors'] },
  { name: 'a gzip file that is not a checkpoint', args: ['evaluate', 'text.gz'], says: ['safetensors'] },
  { name: 'folder without a sweep', args: ['report', 'full'], says: ['holds no sweep'] },
  {
    name: 'unknown preset of a dry run',
    args: ['sweep', '--dry-run', '--preset', 'x'],
    says: ['preset called "x"'],
  },
];

const folder = sharedFolder();
const ended = new Map<string, Ended>();

beforeAll(async () => {
  const files = {
    'throws.mjs': "throw new Error('no luck today');",
    'wrong.mjs': "export default { name: 'wrong', method: {} };",
    'empty.mjs': 'export const pruners = {};',
    'outside.ts':
      "import { definePlugin } from '@bbb/core';\nimport 'nobody-has-this';\nexport default definePlugin({ name: 'outside' });",
    file: 'text',
    'text.gz': gzipSync('text'),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await mkdir(join(folder, 'full'));
  await writeFile(join(folder, 'full', 'other.txt'), '');

  const queue = [...MISTAKES];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      ended.set(next.name, await bbb(next.args, { cwd: folder }));
    }
  };
  await Promise.all([work(), work(), work()]);
}, 120_000);

describe('a mistake', () => {
  it.each(MISTAKES)('$name: one clear message, exit code 2, no stack trace', ({ name, says }) => {
    const { code, stdout, stderr } = ended.get(name)!;
    for (const text of says) expect(stderr).toContain(text);
    expect(stderr).toMatch(/^error: \S/m);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at |node:internal|\[object|undefined|ZodError/m);
    expect(stderr).not.toContain('\u001B');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('writes nothing', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      'empty.mjs',
      'file',
      'full',
      'outside.ts',
      'text.gz',
      'throws.mjs',
      'wrong.mjs',
    ]);
    expect(await readdir(join(folder, 'full'))).toEqual(['other.txt']);
  });

  it('shows the stack on request', async () => {
    const { stderr } = await bbb(['plugins', '--plugin', './throws.mjs'], {
      cwd: folder,
      env: { BBB_DEBUG: '1' },
    });
    expect(stderr).toMatch(/^\s+at /m);
    expect(stderr).toContain('caused by: Error: no luck today');
  });
});

describe('help', () => {
  it('is shown without arguments, and for each command', async () => {
    const { code, stdout, stderr } = await bbb([]);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of ['sweep', 'train', 'prune', 'evaluate', 'report', 'serve', 'plugins', 'data']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect(stdout).toContain('bbb sweep --seeds 5');
  });

  it('is shown for subcommands, in every way to ask for it', async () => {
    const asked = [
      ['sweep', 'status', '--help'],
      ['help', 'sweep', 'status'],
      ['sweep', 'help', 'status'],
    ];
    const [first, ...others] = await Promise.all(asked.map((args) => bbb(args)));
    expect(first!.stdout).toContain('Usage: bbb sweep status [options] <dir>');
    expect(others).toEqual([first, first]);
    const [sweepHelp, helpOfSweep] = await Promise.all([bbb(['sweep', '--help']), bbb(['sweep', 'help'])]);
    expect(helpOfSweep).toEqual(sweepHelp);
  });

  it('shows defaults as they are typed, and every exit code', async () => {
    const [all, worker, prune] = await Promise.all([
      bbb(['--help']),
      bbb(['worker', '--help']),
      bbb(['prune', '--help']),
    ]);
    expect(all.stdout).toContain('143 terminated');
    expect(worker.stdout).toContain('(default: 15s)');
    expect(prune.stdout).toContain('(default: as');
  });

  it('lists the presets, also those of plugins', async () => {
    const plugin = join(folder, 'full', 'preset.mjs');
    await writeFile(
      plugin,
      "export default { name: 'p', presets: { mine: { description: 'One of my own.', sweep: {} } } };",
    );
    const { code, stdout } = await bbb(['sweep', '--plugin', plugin, '--help']);
    expect(code).toBe(0);
    for (const name of ['quick', 'study', 'paper'])
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    expect(stdout).toMatch(/^ {2}mine +One of my own\./m);
  });

  it('lists what plugins contribute, also of one kind', async () => {
    const { code, stdout } = await bbb(['plugins', 'pruners']);
    expect(code).toBe(0);
    const [title, ...names] = stdout.split('\n').map((line) => line.trim().split(' ')[0]);
    expect([title, names.at(-1)]).toEqual(['Pruners', '']);
    expect(names).toEqual(expect.arrayContaining(['magnitude', 'snr', 'kl', 'random']));
    expect(names).not.toContain('sgd');
  });

  it('prints its version', async () => {
    expect((await bbb(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
