import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publishedPackages } from '../../scripts/release/packages.mjs';
import { stamped } from '../../scripts/release/stamp.mjs';
import { notesOf, releasedChangelog, withVersion } from '../../scripts/release/version.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('a release', () => {
  it('gives the version to every package and to its dependencies on the others', () => {
    const packages = publishedPackages();
    const names = new Set(packages.map(({ manifest }) => manifest.name));
    for (const { manifest } of packages) {
      const released = withVersion(manifest, '9.8.7', names);
      expect(released['version']).toBe('9.8.7');
      const before = JSON.stringify(manifest).split(`"${manifest.version}"`).length;
      expect(JSON.stringify(released).split('"9.8.7"').length).toBe(before);
      expect(JSON.stringify(released)).not.toContain(`"@bbb/core":"${manifest.version}"`);
    }
  });

  it('dates the unreleased part of the changelog, and uses it as notes', () => {
    const changelog = read('CHANGELOG.md');
    const released = releasedChangelog(changelog, '9.8.7', '2030-01-02');
    expect(released).toContain('\n## 9.8.7 (2030-01-02)\n');
    expect(released).not.toContain('(unreleased)');
    expect(notesOf(released, '9.8.7')).toContain('@bbb/kernels');
    expect(() => releasedChangelog(released, '9.8.7', '2030-01-03')).toThrow('already');
    expect(() => releasedChangelog(released, '9.9.0', '2030-01-03')).toThrow('unreleased');
    expect(notesOf('# C\n\n## 2.0.0 (2030-02-02)\n\n- b\n\n## 1.0.0 (2030-01-01)\n\n- a\n', '1.0.0')).toBe(
      '- a',
    );
    expect(() => notesOf(released, '1.2.3')).toThrow('1.2.3');
  });

  it('writes the address of the sources', () => {
    expect(stamped({ name: 'x' }, 'https://host.example/owner/name.git', 'packages/x')).toEqual({
      name: 'x',
      repository: { type: 'git', url: 'git+https://host.example/owner/name.git', directory: 'packages/x' },
      homepage: 'https://host.example/owner/name/tree/HEAD/packages/x#readme',
      bugs: { url: 'https://host.example/owner/name/issues' },
    });
    for (const address of [undefined, '', 'owner/name', 'https://host.example/name'])
      expect(() => stamped({}, address, 'x')).toThrow('address of a repository');
  });
});

describe('the Dockerfile', () => {
  it('is the file that compose builds, and copies only from its own stages', () => {
    expect(read('compose.yaml')).toMatch(/\n {2}build: \.\n/);
    const file = read('Dockerfile');
    const stages = [...file.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name]) => name);
    const used = [...file.matchAll(/^COPY --from=(\w+) /gm)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(1);
    expect(stages).toEqual(expect.arrayContaining(used));
  });
});
