// Bundles client/main.ts into dist/client and demo/main.ts into dist/page, each beside its page and its style sheet. Takes a moment:
// always done.
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function buildClient() {
  await buildPage('client', 'client');
  await buildPage('demo', 'page');
}

async function buildPage(page, folder) {
  const out = join(root, 'dist', folder);
  await mkdir(out, { recursive: true });
  // Through a rename, so that a server that starts meanwhile never reads half a file.
  const draft = join(out, `main.${process.pid}.tmp`);
  await build({
    entryPoints: [join(root, page, 'main.ts')],
    outfile: draft,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['@bbb/source'],
    legalComments: 'eof',
    logLevel: 'warning',
  });
  await rename(draft, join(out, 'main.js'));
  for (const file of ['index.html', 'style.css']) await copyFile(join(root, page, file), join(out, file));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildClient();
