import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  copiesOf,
  filesBelow,
  install,
  must,
  outside,
  packageJson,
  run,
  tool,
  write,
  type Outside,
  type Ran,
} from './support/outside.js';

/** Arguments for a very short run on images. */
const TINY = '--limit 300 --validation 100 --epochs 1 --hidden 8 --seeds 1 --samples 2 --prune 0,0.5'.split(
  ' ',
);

let place: Outside;
let home: string;
const bbb = (folder: string, ...args: string[]): Promise<Ran> =>
  run(folder, process.execPath, join(home, 'node_modules/@bbb/cli/bin/bbb.js'), ...args);
const ours = (): string[] => [...place.tarballs.values()];

/** Links the packages of `home` as `npm install` would copy them, without using space. */
const installed = (folder: string): Promise<Ran> =>
  must(place.path, 'cp', '-al', join(home, 'node_modules'), join(folder, 'node_modules'));

beforeAll(async () => {
  place = outside();
  home = write(join(place.path, 'home'), { 'package.json': '{ "private": true }' });
  await install(home, ...ours(), tool('typescript'), tool('@types/node'));
}, 600_000);
afterAll(() => place.remove());

describe('bbb init plugin', () => {
  let folder: string;
  beforeAll(async () => {
    const { code, stderr } = await bbb(place.path, 'init', 'plugin', 'half-root');
    expect(stderr).toContain('cd half-root');
    expect(code, stderr).toBe(0);
    folder = join(place.path, 'half-root');
    await installed(folder);
  }, 600_000);

  it('makes a package that has its name everywhere', () => {
    expect(
      filesBelow(folder)
        .filter((file) => !file.startsWith('node_modules'))
        .toSorted(),
    ).toEqual([
      '.gitignore',
      'README.md',
      'package.json',
      'src/index.test.ts',
      'src/index.ts',
      'tsconfig.json',
    ]);
    const { version } = packageJson(join(folder, 'node_modules/@bbb/core'));
    expect(packageJson(folder)).toMatchObject({
      name: 'bbb-plugin-half-root',
      peerDependencies: { '@bbb/core': `^${version}` },
    });
    for (const file of ['README.md', 'src/index.ts', 'src/index.test.ts'])
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/my-pruner|of-bbb/);
  });

  it('makes a package with correct types and passing tests', async () => {
    const { stdout } = await must(folder, 'npm', 'test');
    expect(stdout).toMatch(/pass [1-9]/);
    expect(stdout).toMatch(/fail 0/);
  });

  it('works in a sweep in its own folder', async () => {
    const { stdout } = await must(
      folder,
      'npx',
      'bbb',
      'sweep',
      '--plugin',
      '.',
      '--pruners',
      'half-root',
      '--methods',
      'sgd',
      ...TINY,
    );
    expect(stdout).toContain('half-root');
  });

  it('works in a sweep elsewhere, by its folder, its source, a link and its name, with one copy of core and tfjs', async () => {
    // The plugin has its own copies, because its tests needed them.
    expect(copiesOf('@bbb/core', folder)).toHaveLength(1);
    expect(copiesOf('@tensorflow/tfjs-core', folder)).toHaveLength(1);
    const user = write(join(place.path, 'user'), { 'package.json': '{ "private": true }' });
    await install(user, ...ours(), `file:${folder}`);
    await must(user, 'ln', '-s', folder, 'linked');
    for (const plugin of [
      '../half-root',
      '../half-root/src/index.ts',
      './linked',
      'half-root',
      'bbb-plugin-half-root',
    ]) {
      const dir = `runs/${plugin.replaceAll(/\W/g, '-')}`;
      const { code, stdout, stderr } = await run(
        user,
        'npx',
        'bbb',
        'sweep',
        '--plugin',
        plugin,
        '--pruners',
        'half-root',
        '--methods',
        'sgd',
        '--dir',
        dir,
        ...TINY,
      );
      expect([plugin, code, stderr.match(/already registered/g)?.length ?? 0], stderr).toEqual([
        plugin,
        0,
        0,
      ]);
      expect(stdout).toContain('half-root');
    }
  });

  it('works with a bbb that is installed globally', async () => {
    const { code, stdout, stderr } = await bbb(place.path, 'plugins', 'half-root', '--plugin', './half-root');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('ranks by abs(w)');
  });

  it('does not write into a folder that is not empty', async () => {
    const before = filesBelow(folder).length;
    const { code, stderr } = await bbb(place.path, 'init', 'plugin', 'half-root');
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not empty')]);
    expect(filesBelow(folder)).toHaveLength(before);
  });
});

describe('a single file outside of any project', () => {
  it('finds its imports among the packages of bbb', async () => {
    write(join(place.path, 'elsewhere'), {
      'mine.ts': `import { definePlugin } from '@bbb/core';
import { magnitudeScore } from '@bbb/plugins';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
if (typeof magnitudeScore !== 'function' || typeof tf.matMul !== 'function') throw new Error('not ours');
export default definePlugin({ name: 'mine', pruners: { mine: { description: 'alone', options: z.strictObject({}), create: () => ({ score: ({ mu }) => mu.map(Math.abs) }) } } });
`,
      'bbb.config.ts': `import { defineSweep } from '@bbb/sweep';
export default defineSweep({ preset: 'quick', plugins: ['./mine.ts'], pruning: { pruners: [{ use: 'mine' }] } });
`,
    });
    const { code, stdout, stderr } = await bbb(
      join(place.path, 'elsewhere'),
      'sweep',
      '--methods',
      'sgd',
      ...TINY,
    );
    expect([code, stderr.match(/already registered/g)], stderr).toEqual([0, null]);
    expect(stdout).toContain('mine');
  });
});

describe('a plugin that requires a copy of its own', () => {
  it('gets our copy, or is refused', async () => {
    const folder = write(join(place.path, 'required'), {
      'package.json': '{ "private": true }',
      'index.cjs': `const { definePlugin } = require('@bbb/core');
module.exports = definePlugin({ name: 'required' });
`,
    });
    await install(
      folder,
      ...['@bbb/core', '@bbb/base', '@bbb/kernels'].map((name) => place.tarballs.get(name)!),
    );
    const { code, stderr } = await bbb(place.path, 'plugins', 'pruners', '--plugin', './required/index.cjs');
    if (code !== 0) expect(stderr).toMatch(/loads a copy of @bbb\/core of its own[\s\S]*peerDependencies/);
  });
});

describe('bbb init', () => {
  let folder: string;
  beforeAll(async () => {
    folder = write(join(place.path, 'project'), {});
    await must(place.path, 'mkdir', '-p', folder);
    const { code, stderr } = await bbb(folder, 'init');
    expect(code, stderr).toBe(0);
    await installed(folder);
  }, 600_000);

  it('makes a project whose configuration has correct types', async () => {
    await must(folder, 'npm', 'run', 'check');
    write(folder, {
      'wrong.ts':
        "import { defineSweep } from '@bbb/sweep';\nexport default defineSweep({ preset: 'quick', hiden: [[8]] });\n",
    });
    expect((await run(folder, 'npm', 'run', 'check')).stdout).toContain('hiden');
    await must(folder, 'rm', 'wrong.ts');
  });

  it('makes a project that a sweep can use', async () => {
    const { stdout } = await must(folder, 'npx', 'bbb', 'sweep', '--methods', 'sgd', ...TINY);
    expect(stdout).toContain('sgd');
  });
});
