import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The packages that are published, in the order in which they depend on each other: folder and package.json. */
export function publishedPackages() {
  const { workspaces } = readJson(join(ROOT, 'package.json'));
  return workspaces
    .map((workspace) => join(ROOT, workspace))
    .map((folder) => ({ folder, manifest: readJson(join(folder, 'package.json')) }))
    .filter(({ manifest }) => !manifest.private);
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
