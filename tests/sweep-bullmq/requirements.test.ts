import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadPlugins } from '@bbb/core';
import { beforeEach, expect, test } from 'vitest';
// The package does not export the code with which a coordinator and its hosts compare what they have.
import { pluginFiles } from '../../packages/sweep-bullmq/src/requirements.js';
import { temporaryFolder } from '../support/folders.js';

let folder: string;
beforeEach(() => (folder = temporaryFolder()));

function write(path: string, text: string): void {
  const at = join(folder, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const IMPORTED = "export default { name: 'mine' };";
const REQUIRED = "module.exports = { default: { name: 'mine' } };";

test.each<[string, string, object]>([
  ['a package for import only', 'bbb-plugin-mine', { exports: { import: './mine.mjs' } }],
  [
    'a package for both, under its short name',
    'mine',
    { exports: { import: './mine.mjs', require: './mine.cjs' } },
  ],
  ['a file', './node_modules/bbb-plugin-mine/mine.mjs', {}],
])('of %s, the file that runs is compared', async (_, specifier, manifest) => {
  const root = 'node_modules/bbb-plugin-mine';
  write(`${root}/package.json`, JSON.stringify({ name: 'bbb-plugin-mine', ...manifest }));
  write(`${root}/mine.mjs`, IMPORTED);
  write(`${root}/mine.cjs`, REQUIRED);
  const plugins = await loadPlugins([specifier], folder);
  expect(pluginFiles([specifier], plugins, folder)).toEqual([{ name: 'mine', sha256: sha256(IMPORTED) }]);
});

test('a missing plugin is not ignored', () => {
  expect(() => pluginFiles(['./gone.mjs'], [{ name: 'gone' }], folder)).toThrow(
    expect.objectContaining({ code: 'E_PLUGIN_NOT_FOUND' }),
  );
});
