import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadPredictor, type Answer } from '@bbb/predict';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { fileOf, pruneTrained, train } from './stored.js';
import { temporaryFolder } from '../support/folders.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const pixels = Array.from({ length: 16 }, (_, i) => 16 * i);

let file: Uint8Array<ArrayBuffer>;
let expected: Answer;
beforeAll(async () => {
  const trained = await train('cnn', { use: 'bbb-gaussian', options: {} });
  pruneTrained(trained, 0.8);
  file = fileOf(trained);
  expected = (await loadPredictor(file)).predict(pixels, { samples: 10 });
  trained.network.dispose();
});

/** The code of a README that contains these words, with the pixels that it assumes. */
function snippet(readme: string, words: string): string {
  const blocks = Array.from(
    readFileSync(here(readme), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
    ([, code]) => code!,
  );
  const code = blocks.find((block) => block.includes(words) && block.includes('loadPredictor'));
  if (code === undefined) throw new Error(`${readme} has no code with "${words}"`);
  const given = code.replace(/^const pixels = .*$/m, `const pixels = ${JSON.stringify(pixels)};`);
  if (given === code) throw new Error(`${readme} makes no pixels`);
  return given;
}

async function bundled(contents: string, platform: 'node' | 'browser'): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: 'ts', resolveDir: here('.') },
    bundle: true,
    format: 'esm',
    platform,
    conditions: ['@bbb/source'],
    write: false,
  });
  return outputFiles[0]!.text;
}

describe.each(['../../README.md', '../../packages/predict/README.md'])('the lines of %s', (readme) => {
  test('predict in Node', async () => {
    const folder = temporaryFolder();
    const before = process.cwd();
    const log = console.log;
    let printed: unknown;
    try {
      writeFileSync(join(folder, 'model.bbb'), file);
      writeFileSync(join(folder, 'lines.mjs'), await bundled(snippet(readme, 'readFile'), 'node'));
      process.chdir(folder);
      console.log = (value: unknown) => (printed = value);
      await import(pathToFileURL(join(folder, 'lines.mjs')).href);
    } finally {
      console.log = log;
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
    expect(printed).toEqual(expected);
  });
});

describe.skipIf(!CHROMIUM)('in Chromium', () => {
  let server: Server;
  let script = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const [type, body] =
        request.url === '/model.bbb'
          ? ['application/octet-stream', file]
          : request.url === '/page.js'
            ? ['text/javascript', script]
            : ['text/html', '<!doctype html><body><script type="module" src="/page.js"></script></body>'];
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  test.each(['../../README.md', '../../packages/predict/README.md'])(
    'the lines of %s predict the same bits as in Node',
    async (readme) => {
      script = await bundled(snippet(readme, 'fetch('), 'browser');
      const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
      try {
        const page = await browser.newPage();
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        await expect.poll(() => page.textContent('body')).toContain('probability');
        expect(JSON.parse((await page.textContent('body'))!)).toEqual(expected);
      } finally {
        await browser.close();
      }
    },
  );
});
