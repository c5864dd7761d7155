// Checks whether everything is ready for the release of a version: node scripts/release/check.mjs 0.2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages, readJson, ROOT } from './packages.mjs';
import { notesOf } from './version.mjs';

const [version] = process.argv.slice(2);
const packages = publishedPackages();
const names = new Set(packages.map(({ manifest }) => manifest.name));
const problems = packages.flatMap(({ manifest }) => [
  ...(manifest.version === version ? [] : [`${manifest.name} has version ${manifest.version}`]),
  ...Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies })
    .filter(([name, range]) => names.has(name) && range !== version)
    .map(([name, range]) => `${manifest.name} depends on ${name} ${range}`),
]);
const { packages: locked } = readJson(join(ROOT, 'package-lock.json'));
if (locked['packages/cli'].version !== version)
  problems.push(`package-lock.json has version ${locked['packages/cli'].version}`);
const notes = notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version);
if (notes === '') problems.push(`CHANGELOG.md says nothing of ${version}`);

if (problems.length > 0) {
  console.error(`Not ready to be published as ${version}:\n  ${problems.join('\n  ')}`);
  process.exitCode = 1;
}
