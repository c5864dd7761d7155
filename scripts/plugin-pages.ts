// Writes what the registry knows of every plugin into docs/methods and docs/plugins, and leaves what people wrote there as it is:
// npm run docs:plugins
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatted } from './plugin-pages/format.js';
import { pagesOf, TO_WRITE } from './plugin-pages/pages.js';
import { shipped } from './plugin-pages/registry.js';

for (const [page, renew] of pagesOf(shipped())) {
  const path = fileURLToPath(new URL(`../docs/${page}`, import.meta.url));
  const today = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const text = await formatted(renew(today), path);
  if (text.includes(TO_WRITE)) console.log(`docs/${page} has parts ${TO_WRITE}`);
  if (text === today) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`docs/${page} ${today === undefined ? 'begun' : 'renewed'}`);
}
