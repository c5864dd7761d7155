import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const FOLDER = new URL('../faults/', import.meta.url);
const rows = readFileSync(new URL('README.md', FOLDER), 'utf8')
  .split('\n')
  .map((line) => /^\|\s*(\d+) \|([^|]*)\|(.*)\|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, number, fault, tests]) => ({
    number: Number(number),
    fault: fault!.trim(),
    files: filesOf(tests!),
  }));

/** `[name](path): `title`, `title`; [name](path): ...` */
function filesOf(text: string): { path: string; titles: string[] }[] {
  return [...text.matchAll(/\[[^\]]+\]\(([^)]+)\):((?:,? `[^`]+`)+)/g)].map(([, path, titles]) => ({
    path: path!,
    titles: [...titles!.matchAll(/`([^`]+)`/g)].map(([, title]) => title!),
  }));
}

it('the table of faults is complete and numbered', () => {
  expect(rows.length).toBeGreaterThanOrEqual(35);
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, i) => i + 1));
});

it.each(rows)('fault $number, $fault, has tests that exist', ({ files }) => {
  expect(files.length).toBeGreaterThan(0);
  for (const { path, titles } of files) {
    const url = new URL(path, FOLDER);
    expect(existsSync(fileURLToPath(url)), path).toBe(true);
    const source = readFileSync(url, 'utf8');
    for (const title of titles) {
      const literals = [`'${title.replaceAll("'", "\\'")}'`, `\`${title}\``, `"${title}"`];
      const quoted = literals.some((literal) => source.includes(literal));
      expect(quoted, `${path}: ${title}`).toBe(true);
    }
  }
});

it('the table names every file of long fault tests', () => {
  const named = new Set(rows.flatMap(({ files }) => files.map(({ path }) => basename(path))));
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.test.ts'));
  expect(files.filter((name) => !named.has(name))).toEqual(['head-to-head.test.ts']);
});
