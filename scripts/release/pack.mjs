// Packs every package into a folder: node scripts/release/pack.mjs [folder]. The tarballs are those that `npm publish` would send.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedPackages, readJson, ROOT } from './packages.mjs';

/**
 * Packs the packages, which must have been built. Prints nothing.
 * @returns the paths of the tarballs by the name of their package
 */
export function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  const packages = publishedPackages();
  for (const one of packages) removeStale(one.folder);
  const workspaces = packages.flatMap(({ manifest }) => ['--workspace', manifest.name]);
  const typed = ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(folder), ...workspaces];
  const printed = execFileSync('npm', typed, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 });
  // npm 10 prints a list, npm 11 may print an object by name.
  return new Map(
    Object.values(JSON.parse(printed)).map(({ name, filename }) => [
      name,
      join(resolve(folder), filename.replace('@', '').replace('/', '-')),
    ]),
  );
}

/** Deletes output of deleted sources. tsc does not delete it, and it would be packed. */
function removeStale(folder) {
  const dist = join(folder, 'dist');
  for (const entry of readdirSync(dist, { recursive: true })) {
    if (!entry.endsWith('.map')) continue;
    const map = join(dist, entry);
    const { sources } = readJson(map);
    if (sources.some((source) => existsSync(join(dirname(map), source)))) continue;
    rmSync(map);
    rmSync(map.replace(/\.map$/, ''), { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tarballs = packAll(process.argv[2] ?? join(ROOT, 'packed'));
  for (const path of tarballs.values()) console.log(path);
}
