// Writes what is generated from the source: pages of plugins, the reference and the JSON Schema of configuration files. Text that people
// wrote is not changed. Usage: npm run docs:plugins
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated.js';
import { formatted } from './plugin-pages/format.js';
import { TO_WRITE } from './plugin-pages/pages.js';

for (const [file, renew] of generatedFiles()) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const today = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const text = await formatted(renew(today), path);
  if (text.includes(TO_WRITE)) console.log(`${file} has parts ${TO_WRITE}`);
  if (text === today) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`${file} ${today === undefined ? 'begun' : 'renewed'}`);
}
