import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('loadPredictor with its WebAssembly is at most 45 kB gzipped, without tfjs, zod or anything of Node', async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: "export { loadPredictor } from '@bbb/predict';", resolveDir: at('packages/predict') },
    bundle: true,
    minify: true,
    format: 'esm',
    // The platform is a browser, so an import of node:fs would fail.
    platform: 'browser',
    conditions: ['@bbb/source'],
    metafile: true,
    write: false,
  });
  expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).length).toBeLessThanOrEqual(45_000);
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((name) => name.includes('node_modules/'))).toEqual([]);
  expect(inputs.some((name) => name.endsWith('predict-wasm.js'))).toBe(true);
});
