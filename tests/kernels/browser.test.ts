import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  createRegistry,
  decodeCheckpoint,
  openCheckpoint,
  predictWith,
  rootKey,
  runTrial,
  startBackend,
  type Uncertainty,
} from '@bbb/core';
import { standaloneOps } from '@bbb/kernels';
import builtIns from '@bbb/plugins';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { adam, trialOf } from '../support/trial.js';
import { layer } from './browser/threads.js';
import { work } from './browser/work.js';

if (!CHROMIUM) {
  console.warn(
    'No Chromium found: kernels are not tested in a browser. Install it, or set CHROMIUM to its path.',
  );
}

/** Without these headers, a page has no memory that threads can share. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const wasmFolders = [
  here('../../packages/kernels/dist/'),
  here('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/'),
];

describe.skipIf(!CHROMIUM)('in Chromium', () => {
  let checkpoint: Uint8Array;
  let images: Uint8Array;
  let server: Server;
  let origin: string;
  let browser: Browser;
  let isolated = false;
  const scripts = new Map<string, string>();
  const problems: string[] = [];

  beforeAll(async () => {
    ({ checkpoint, images } = await trainedNetwork());
    scripts.set('/threads.js', await bundle({ entryPoints: [here('browser/threads.ts')] }));
    scripts.set('/work.js', await bundle({ entryPoints: [here('browser/page.ts')] }));
    const contents = readmeSnippet();
    scripts.set('/readme.js', await bundle({ stdin: { contents, loader: 'ts', resolveDir: here('.') } }));
    server = createServer((request, response) => {
      const [type, body] = answer(new URL(request.url!, 'http://localhost').pathname);
      const headers = { 'content-type': type, ...(isolated ? ISOLATION : {}) };
      response.writeHead(body === undefined ? 404 : 200, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  function answer(path: string): [type: string, body?: string | Uint8Array] {
    if (path.startsWith('/page/')) {
      return ['text/html', `<!doctype html><script type="module" src="/${path.slice(6)}.js"></script>`];
    }
    if (path === '/checkpoint.safetensors') return ['application/octet-stream', checkpoint];
    if (path === '/images.bin') return ['application/octet-stream', images];
    if (path.startsWith('/wasm/')) {
      const name = path.slice(6);
      for (const folder of wasmFolders) {
        try {
          return [name.endsWith('.js') ? 'text/javascript' : 'application/wasm', readFileSync(folder + name)];
        } catch {
          // The file is in the other folder.
        }
      }
    }
    const script = scripts.get(path);
    return script === undefined ? ['text/plain'] : ['text/javascript', script];
  }

  async function open(name: string): Promise<Page> {
    const page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${origin}/page/${name}`);
    return page;
  }

  test('products, functions, normals, gradients, training and predictions have the same bits as in Node', async () => {
    const page = await open('work');
    const there = await page.evaluate(() => window.runWork());
    const inNode = await work(checkpoint, images);
    expect(Object.keys(there)).toEqual(Object.keys(inNode));
    // Compared as bits, because -0 equals 0 and NaN equals nothing.
    for (const [name, numbers] of Object.entries(inNode)) {
      expect(numbers.every(Number.isFinite), name).toBe(true);
      expect(bits(there[name]!), name).toEqual(bits(numbers));
    }
    expect(problems).toEqual([]);
  });

  test.each([
    [true, 3, 2],
    [false, undefined, 0],
  ])(
    'a page that is isolated (%s) has %s threads, with the bits of one thread in Node',
    async (is, threads, workers) => {
      isolated = is;
      const page = await open('threads');
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(is);
      const there = await page.evaluate(() => window.runThreads());
      expect([there.threads, page.workers().length]).toEqual([threads, workers]);
      expect(bits(there.numbers)).toEqual(bits(layer(await standaloneOps())));
      expect(problems).toEqual([]);
      isolated = false;
    },
  );

  test('the code in the README gives the predictions of Node', async () => {
    const page = await open('readme');
    await page.waitForFunction(() => document.body.textContent !== '');
    const shown = JSON.parse(await page.evaluate(() => document.body.textContent)) as number[];
    const ops = await startBackend();
    const { model, likelihood, params, data, dispose } = openCheckpoint(
      decodeCheckpoint(checkpoint),
      createRegistry([builtIns]),
      ops,
    );
    const examples = {
      features: images,
      targets: new Uint8Array(0),
      inputShape: data.inputShape,
      rows: Uint32Array.of(0, 1),
      preprocessing: data.preprocessing,
    };
    const way = { predict: 'samples', samples: 20 } as const;
    const predicting = { ops, model, likelihood };
    const u = predictWith(predicting, params, examples, way, rootKey(0)) as Uncertainty;
    dispose();
    expect(bits(shown)).toEqual(bits([...u.probabilities, ...u.mutualInformation]));
    expect(u.mutualInformation.every((nats) => nats > 0)).toBe(true);
    expect(problems).toEqual([]);
  });

  test('a page that does not say where the kernels are gets an error that says how', async () => {
    const page = await browser.newPage();
    const contents = `
      import { installKernels, setKernelsPath } from '@bbb/kernels';
      setKernelsPath('/elsewhere/');
      window.failure = installKernels().then(() => '', (error) => error.code + ' ' + error.message);`;
    scripts.set('/lost.js', await bundle({ stdin: { contents, loader: 'ts', resolveDir: here('.') } }));
    await page.goto(`${origin}/page/lost`);
    const failure = await page.evaluate(() => (window as unknown as { failure: Promise<string> }).failure);
    expect(failure).toMatch(/^KERNEL_NOT_FOUND .*elsewhere\/kernels\.wasm answered 404\. .*setKernelsPath/);
  });
});

/** One epoch of a small network on real digits, and the first digits of the test set. */
async function trainedNetwork(): Promise<{ checkpoint: Uint8Array; images: Uint8Array }> {
  const registry = createRegistry([builtIns]);
  const dataset = await registry.get('datasets', 'mnist').load({}, {});
  const trial = trialOf({
    method: { use: 'bbb-mixture', options: {} },
    data: { use: 'mnist', options: {}, validation: 0, divisor: 126, limit: 2000 },
    hidden: [33],
    training: { epochs: 1, optimizer: adam(3e-3) },
    pruning: { include: ['weight'] },
    prediction: { samples: 0 },
  });
  const { checkpoint } = await runTrial({
    trial,
    registry,
    dataset,
    ops: await startBackend(),
  });
  return { checkpoint, images: (dataset.test.features as Uint8Array).slice(0, 30 * 784) };
}

/** Bundles the sources as a bundler for browsers does. */
async function bundle(input: Parameters<typeof build>[0]): Promise<string> {
  const { outputFiles } = await build({
    ...input,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
    conditions: ['@bbb/source'],
  });
  return outputFiles[0]!.text;
}

function readmeSnippet(): string {
  const readme = readFileSync(here('../../packages/kernels/README.md'), 'utf8');
  const [, code] = /## In a browser[^]*?```ts\n([^]*?)```/.exec(readme)!;
  return code!;
}

const bits = (numbers: readonly number[]): string[] =>
  numbers.map((x) => new BigUint64Array(Float64Array.of(x).buffer)[0]!.toString(16));
