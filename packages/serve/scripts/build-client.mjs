// Bundles the scripts of client into dist/client and demo/main.ts into dist/page, beside their pages and style sheets. It takes a moment,
// so it is always done.
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function buildClient() {
  await buildPage('client', 'client', ['main', 'sweeps'], ['index.html', 'sweeps.html', 'style.css']);
  await buildPage('demo', 'page', ['main'], ['index.html', 'style.css']);
}

async function buildPage(page, folder, scripts, files) {
  const out = join(root, 'dist', folder);
  await mkdir(out, { recursive: true });
  for (const name of scripts) await buildScript(join(root, page, `${name}.ts`), out, name);
  for (const file of files) await copyFile(join(root, page, file), join(out, file));
}

async function buildScript(entry, out, name) {
  // Writes and renames, so that a server that starts meanwhile never reads a part of a file.
  const draft = join(out, `${name}.${process.pid}.tmp`);
  await build({
    entryPoints: [entry],
    outfile: draft,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['@bbb/source'],
    legalComments: 'eof',
    logLevel: 'warning',
  });
  await rename(draft, join(out, `${name}.js`));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildClient();
