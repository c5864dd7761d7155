import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { initPlugin, initProject } from '../../packages/cli/src/commands/init.js';
import { pluginName } from '../../packages/cli/src/init/name.js';
import { template } from '../../packages/cli/src/init/template.js';
import { temporaryFolder } from '../support/folders.js';

let place: string;
beforeEach(async () => {
  place = temporaryFolder();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
});

describe('names of plugins', () => {
  it.each([
    ['my-pruner', 'my-pruner'],
    ['bbb-plugin-lamp', 'lamp'],
    ['l2', 'l2'],
  ])('%s is called %s', (typed, name) => expect(pluginName(typed)).toBe(name));

  it.each([
    ['My Pruner', 'bbb init plugin my-pruner'],
    ['../../etc', 'bbb init plugin etc'],
    ['2nd', 'bbb init plugin nd'],
    ['a--b', 'bbb init plugin a-b'],
    ['@scope/x', 'bbb init plugin scope-x'],
    ['ü', 'bbb init plugin my-pruner'],
    ['bbb-plugin-', 'bbb init plugin my-pruner'],
  ])('%s is refused', (typed, hint) =>
    expect(() => pluginName(typed)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) })),
  );

  it("that ship can't be used again", async () => {
    await expect(initPlugin('snr', { dir: place })).rejects.toMatchObject({
      message: expect.stringContaining('among its pruners'),
      hint: expect.stringContaining('my-snr'),
    });
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('files that are there', () => {
  it('prevent that a plugin is written', async () => {
    writeFileSync(join(place, 'notes.txt'), 'mine');
    await expect(initPlugin('half-root', { dir: place })).rejects.toMatchObject({
      message: expect.stringContaining('notes.txt'),
    });
    expect(readdirSync(place)).toEqual(['notes.txt']);
    await expect(initPlugin('half-root', { dir: join(place, 'notes.txt') })).rejects.toMatchObject({
      message: expect.stringContaining('is a file'),
    });
  });

  it('stay unchanged when a project is made among them, also dead links', async () => {
    writeFileSync(join(place, 'package.json'), '{"name":"mine"}');
    symlinkSync(join(place, 'nowhere'), join(place, 'README.md'));
    expect(await initProject({ dir: place })).toBe(0);
    expect(readFileSync(join(place, 'package.json'), 'utf8')).toBe('{"name":"mine"}');
    expect(lstatSync(join(place, 'README.md')).isSymbolicLink()).toBe(true);
    expect(readdirSync(place).toSorted()).toEqual([
      '.gitignore',
      'README.md',
      'bbb.config.ts',
      'package.json',
      'tsconfig.json',
    ]);
  });

  it.each(['bbb.config.ts', 'bbb.config.yaml'])('%s is a configuration already', async (name) => {
    writeFileSync(join(place, name), 'mine');
    await expect(initProject({ dir: place })).rejects.toMatchObject({
      message: expect.stringContaining(name),
    });
    expect(readdirSync(place)).toEqual([name]);
  });
});

it('--dry-run writes nothing', async () => {
  const dir = join(place, 'new');
  expect(await initPlugin('half-root', { dir, dryRun: true })).toBe(0);
  expect(await initProject({ dir, dryRun: true })).toBe(0);
  expect(readdirSync(place)).toEqual([]);
  mkdirSync(dir);
  expect(await initPlugin('half-root', { dir })).toBe(0);
  expect(readdirSync(dir)).toContain('package.json');
});

it('templates require the versions of this workspace', () => {
  const root = new URL('../../', import.meta.url);
  const versions = (path: string): Record<string, string> => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string> | undefined
    >;
    return { ...dependencies, ...devDependencies };
  };
  const ours = { ...versions('package.json'), ...versions('packages/core/package.json') };
  const { version } = JSON.parse(readFileSync(new URL('packages/core/package.json', root), 'utf8')) as {
    version: string;
  };
  for (const kind of ['plugin', 'project'] as const) {
    const { text } = template(kind).find(({ path }) => path === 'package.json')!;
    const asked = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
    for (const [name, range] of Object.entries({ ...asked['dependencies'], ...asked['devDependencies'] })) {
      const major = (name.startsWith('@bbb/') ? version : ours[name]!).split('.')[0];
      expect([name, range]).toEqual([name, expect.stringMatching(new RegExp(`^\\^${major}\\.`))]);
    }
  }
});
