import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** Finds codes where they are thrown: as first argument of a constructor or of a helper that makes an error, or as member of an error. */
const THROWN =
  /(?:\b\w*[Ee]rror|\bsuper|\bmisfit|\bfail\w*)\(\s*'((?:E|KERNEL)_[A-Z0-9_]+)'|(?:code: string = |\?\? )'(E_[A-Z0-9_]+)'/g;

/** Codes of the faulty plugins of contract. They are not codes of bbb. */
const OF_TESTS = new Set(['E_MINE']);

/** The packages that throw a code, by code, in the order of their names. */
export function thrownCodes(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const folder of readdirSync(packages).toSorted()) {
    const { name } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as {
      name: string;
    };
    for (const text of sources(join(packages, folder, 'src'))) {
      for (const [, first, second] of text.matchAll(THROWN)) {
        const code = (first ?? second)!;
        if (!OF_TESTS.has(code)) found.set(code, (found.get(code) ?? new Set()).add(name));
      }
    }
  }
  return new Map([...found].map(([code, names]) => [code, [...names]]));
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}
