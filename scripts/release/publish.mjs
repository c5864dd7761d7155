// Publishes tarballs, starting with the packages that others depend on: node scripts/release/publish.mjs FOLDER VERSION
// After a failure it can be run again. It skips packages that are published already.
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { publishedPackages } from './packages.mjs';

const [folder, version] = process.argv.slice(2);
// `npm install @bbb/cli` must still install the last version that is not a prerelease.
const tag = version.includes('-') ? 'next' : 'latest';

for (const { manifest } of publishedPackages()) {
  const { name } = manifest;
  const known = spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' });
  if (known.stdout.trim() === version) {
    console.log(`${name}@${version} is published already`);
    continue;
  }
  const tarball = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  execFileSync('npm', ['publish', tarball, '--provenance', '--access', 'public', '--tag', tag], {
    stdio: 'inherit',
  });
}
