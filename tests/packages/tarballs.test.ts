import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedPackages } from '../../scripts/release/packages.mjs';
import {
  bytesBelow,
  filesBelow,
  must,
  outside,
  packageJson,
  write,
  type Outside,
} from './support/outside.js';

const names = publishedPackages().map(({ manifest }) => manifest.name);

let place: Outside;
const folderOf = (name: string): string => join(place.path, 'unpacked', name);

beforeAll(async () => {
  place = outside();
  for (const [name, tarball] of place.tarballs) {
    write(folderOf(name), {});
    await must(place.path, 'mkdir', '-p', folderOf(name));
    await must(folderOf(name), 'tar', '-xzf', tarball, '--strip-components=1');
  }
});
afterAll(() => place.remove());

it('there is a tarball of every package', () =>
  expect([...place.tarballs.keys()].toSorted()).toEqual(names.toSorted()));

describe.each(names)('the tarball of %s', (name) => {
  it('has a README with an example, and a licence', () => {
    const readme = readFileSync(join(folderOf(name), 'README.md'), 'utf8');
    expect(readme).toMatch(/```ts\n/);
    expect(readme).toContain(`# ${name}\n`);
    expect(readFileSync(join(folderOf(name), 'LICENSE'), 'utf8')).toContain('MIT License');
  });

  it('has a description and keywords', () => {
    const manifest = packageJson(folderOf(name));
    expect(manifest).toMatchObject({
      license: 'MIT',
      type: 'module',
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public' },
    });
    expect((manifest['keywords'] as string[]).length).toBeGreaterThan(4);
    expect(manifest['sideEffects']).toBeDefined();
    expect(String(manifest['description']).length).toBeGreaterThan(10);
  });

  it('has the files that its entries name', () => {
    const manifest = packageJson(folderOf(name));
    const paths = pathsIn([manifest['exports'], manifest['imports'], manifest['bin'] ?? {}]);
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths) expect([path, existsSync(join(folderOf(name), path))]).toEqual([path, true]);
  });

  it('has source maps that lead to sources in it', () => {
    const files = filesBelow(folderOf(name));
    const maps = files.filter((file) => file.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(4);
    const dead = maps.flatMap((file) => {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(folderOf(name), file), 'utf8')) as {
        sources: string[];
        sourcesContent?: string[];
      };
      if (sourcesContent) return [];
      return sources.filter((source) => !existsSync(join(folderOf(name), dirname(file), source)));
    });
    expect(dead).toEqual([]);
    // Every source map belongs to a file.
    expect(maps.filter((file) => !files.includes(file.replace(/\.map$/, '')))).toEqual([]);
  });

  it('has no other files, and is small', () => {
    const strange = filesBelow(folderOf(name)).filter(
      (file) =>
        !/^(dist|src|templates|bin)\/|^(README\.md|LICENSE|package\.json|config\.schema\.json)$/.test(file) ||
        (/\.test\.|tsbuildinfo/.test(file) && !file.startsWith('templates/')),
    );
    expect(strange).toEqual([]);
    expect(bytesBelow(folderOf(name))).toBeLessThan(2_500_000);
  });
});

/** The paths in an object of `exports`, `imports` or `bin`, at any depth. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(pathsIn);
}
