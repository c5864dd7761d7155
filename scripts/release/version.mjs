// Sets a new version everywhere, and dates its part of the changelog: node scripts/release/version.mjs 0.2.0 [date]
// `version.mjs notes 0.2.0` prints that part.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedPackages, ROOT } from './packages.mjs';

const CHANGELOG = join(ROOT, 'CHANGELOG.md');
const DEPENDENCIES = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** The package with the new version, and with that version of every other one of `names`. */
export function withVersion(manifest, version, names) {
  const changed = { ...manifest, version };
  for (const kind of DEPENDENCIES) {
    if (!manifest[kind]) continue;
    changed[kind] = Object.fromEntries(
      Object.entries(manifest[kind]).map(([name, range]) => [name, names.has(name) ? version : range]),
    );
  }
  return changed;
}

/** Turns the part that is marked as unreleased into the part of the version. */
export function releasedChangelog(text, version, date) {
  if (text.includes(`\n## ${version} (2`)) throw new Error(`CHANGELOG.md has a part for ${version} already.`);
  const changed = text.replace(/^## .*\(unreleased\)$/m, `## ${version} (${date})`);
  if (changed === text) throw new Error('CHANGELOG.md has no part "## ... (unreleased)".');
  return changed;
}

/** The part of a version, without its heading. */
export function notesOf(text, version) {
  const parts = text.split(/^## /m);
  const part = parts.find((one) => one.startsWith(`${version} `) || one.startsWith(`${version}\n`));
  if (part === undefined) throw new Error(`CHANGELOG.md has no part for ${version}.`);
  return part.slice(part.indexOf('\n')).trim();
}

function checked(version) {
  if (/^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/.test(version ?? '')) return version;
  throw new Error(`A version is like 0.2.0 or 0.2.0-rc.1; got ${version}.`);
}

function release(version, date) {
  const packages = publishedPackages();
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  const changelog = releasedChangelog(readFileSync(CHANGELOG, 'utf8'), version, date);
  for (const { folder, manifest } of packages) {
    const text = JSON.stringify(withVersion(manifest, version, names), null, 2);
    writeFileSync(join(folder, 'package.json'), `${text}\n`);
  }
  writeFileSync(CHANGELOG, changelog);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, second] = process.argv.slice(2);
  if (first === 'notes') console.log(notesOf(readFileSync(CHANGELOG, 'utf8'), checked(second)));
  else release(checked(first), second ?? new Date().toISOString().slice(0, 10));
}
