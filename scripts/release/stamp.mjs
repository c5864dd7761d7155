// Says in every package.json where the sources are: node scripts/release/stamp.mjs https://host/owner/name
// The release runs it, with the address that it is run at: npm shows it, and provenance compares it with where the packages are built.
import { writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { publishedPackages, ROOT } from './packages.mjs';

const [address] = process.argv.slice(2);
const { origin, pathname } = new URL(address ?? 'missing:');
if (!/^https?:/.test(address ?? '') || !/^\/[^/]+\/[^/]+/.test(pathname)) {
  throw new Error(`The address of a repository is needed, like https://host/owner/name; got ${address}.`);
}
const page = origin + pathname.replace(/(\.git)?\/?$/, '');

for (const { folder, manifest } of publishedPackages()) {
  const directory = relative(ROOT, folder).split(sep).join('/');
  const stamped = {
    ...manifest,
    repository: { type: 'git', url: `git+${page}.git`, directory },
    homepage: `${page}/tree/HEAD/${directory}#readme`,
    bugs: { url: `${page}/issues` },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(stamped, null, 2)}\n`);
}
