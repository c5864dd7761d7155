// Writes the address of the sources into every package.json: node scripts/release/stamp.mjs https://host/owner/name
// The release workflow runs it with the address of its repository. npm shows the address, and provenance compares it with the place of the build.
import { writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedPackages, ROOT } from './packages.mjs';

/** The package with `repository`, `homepage` and `bugs` of the repository at this address. `directory` is its folder in the repository. */
export function stamped(manifest, address, directory) {
  if (!/^https?:\/\/[^/]+\/[^/]+\/[^/]+/.test(address ?? ''))
    throw new Error(`The address of a repository is needed, like https://host/owner/name; got ${address}.`);
  const page = address.replace(/(\.git)?\/?$/, '');
  return {
    ...manifest,
    repository: { type: 'git', url: `git+${page}.git`, directory },
    homepage: `${page}/tree/HEAD/${directory}#readme`,
    bugs: { url: `${page}/issues` },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { folder, manifest } of publishedPackages()) {
    const directory = relative(ROOT, folder).split(sep).join('/');
    const text = JSON.stringify(stamped(manifest, process.argv[2], directory), null, 2);
    writeFileSync(join(folder, 'package.json'), `${text}\n`);
  }
}
