import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const { entryPoints, readme, customCss } = JSON.parse(
  readFileSync(new URL('docs/typedoc.json', root), 'utf8'),
) as { entryPoints: string[]; readme: string; customCss: string };
const { groupOf } = (await import(new URL('docs/site/groups.mjs', root).href)) as {
  groupOf: (path: string) => string | undefined;
};

describe('the site', () => {
  it('has every package', () => {
    const packages = readdirSync(new URL('packages/', root));
    const shown = new Set(entryPoints.map((path) => path.split('/')[2]!));
    expect([...shown].toSorted()).toEqual(packages.toSorted());
    for (const path of [...entryPoints, readme, customCss])
      expect(existsSync(new URL(path, new URL('docs/', root))), path).toBe(true);
  });

  it('has a group for everything that a package exports', () => {
    const packages = readdirSync(new URL('packages/', root));
    const ungrouped = packages.flatMap((name) =>
      readdirSync(new URL(`packages/${name}/src/`, root), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `packages/${name}/src/${file.replaceAll('\\', '/')}`)
        .filter((path) => groupOf(path) === undefined),
    );
    expect(ungrouped).toEqual([]);
  });
});
