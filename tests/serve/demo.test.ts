/// <reference lib="dom" />
import { createServer, type Server } from 'node:http';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serveFiles, type Manifest } from '@bbb/serve';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOfModel } from '../../packages/cli/src/network/page.js';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';
import { CHROMIUM } from '../support/chromium.js';

if (!CHROMIUM) {
  console.warn(
    'No Chromium found: the page of a network is not tested. Install it, or set CHROMIUM to its path.',
  );
}

describe.skipIf(!CHROMIUM)('the page of a network, from a folder of a static host', () => {
  const problems: string[] = [];
  const folder = sharedFolder();
  let page: string;
  let manifest: Manifest;
  let server: Server;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    const train = ['train', '--method', 'bbb-mixture', '--hidden', '24', '--epochs', '2', '--lr', '0.005'];
    const small = [
      '--limit',
      '3000',
      '--validation',
      '600',
      '--prune',
      '0,0.9',
      '--samples',
      '4',
      '--ood',
      'none',
    ];
    const trained = await bbb([...train, ...small, '--dir', join(folder, 'run')], { cwd: folder });
    expect(trained.code).toBe(0);
    const trials = join(folder, 'run', 'trials');
    const trial = join(trials, readdirSync(trials)[0]!);
    const exported = await bbb(['export', trial, '--format', 'sparse,page', '--out', join(folder, 'out')]);
    expect([exported.code, exported.stderr]).toEqual([0, '']);
    page = join(folder, 'out', 'page');
    manifest = JSON.parse(readFileSync(join(page, 'models.json'), 'utf8')) as Manifest;
    // Any server at any path: this one does not know the page.
    server = createServer(({ url: asked = '' }, response) => {
      const file = join(page, asked.replace(/^\/some\/where\//, '') || 'index.html');
      if (!existsSync(file)) return response.writeHead(404).end();
      const type = file.endsWith('.html') ? 'text/html' : file.endsWith('.css') ? 'text/css' : undefined;
      const script = file.endsWith('.js') ? 'text/javascript' : 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type ?? script }).end(readFileSync(file));
    }).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/where/`;
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(options: Parameters<Browser['newContext']>[0]): Promise<Page> {
    const opened = await (await browser.newContext(options)).newPage();
    opened.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
    opened.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    opened.on('request', (request) => {
      if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url()))
        problems.push(`request: ${request.url()}`);
    });
    await opened.goto(url);
    await opened.waitForSelector('main:not([aria-busy])');
    return opened;
  }
  const text = (on: Page, id: string): Promise<string | null> => on.locator(`#${id}`).textContent();

  it.each([
    [1200, 900, 'light'],
    [360, 740, 'dark'],
  ] as const)('answers to mouse, keyboard and slider at %i x %i, %s', async (width, height, colorScheme) => {
    const on = await open({ viewport: { width, height }, colorScheme });
    expect(await text(on, 'verdict')).toBe('Draw something.');
    // Opens an image of the test set by keyboard only.
    expect(await on.locator('#examples button').count()).toBe(10);
    await on.locator('#examples button').nth(1).focus();
    await on.keyboard.press('Enter');
    await expect.poll(() => text(on, 'verdict')).not.toBe('Draw something.');
    const values = await on.locator('#bars td.value').allTextContents();
    const sum = values.map((value) => Number.parseFloat(value)).reduce((a, b) => a + b, 0);
    expect(values.length).toBe(10);
    expect(Math.abs(sum - 100)).toBeLessThan(0.6);
    expect(await on.locator('#bars circle.draw').count()).toBe(10 * 4);
    expect(await on.locator('#numbers').innerText()).toMatch(/Time\s+[\d.]+ ms/);

    // Each risk requires a probability. Below this probability, the page says that it is not sure.
    const best = Math.max(...values.map((value) => Number.parseFloat(value)));
    const risks = await on.locator('#risk option').allTextContents();
    expect(risks[0]).toBe('any: answer always');
    expect(risks.slice(1)).toContain('1 %');
    for (const risk of risks.slice(1)) {
      await on.locator('#risk').selectOption(risk);
      const said = (await text(on, 'threshold'))!;
      const from = said.includes('never answers') ? 200 : Number.parseFloat(/[\d.]+(?= %)/.exec(said)![0]);
      // The page shows rounded numbers.
      if (best < from - 0.1) await expect.poll(() => text(on, 'set')).toContain(`an error of ${risk}`);
      if (best > from + 0.1) await expect.poll(() => text(on, 'set')).not.toContain('an error of');
    }
    await on.locator('#risk').selectOption(risks[0]!);

    // The arrow keys choose another sparsity, with its size.
    await on.locator('#share').fill('0');
    const dense = await on.locator('#size').innerText();
    await on.locator('#share').press('ArrowRight');
    await expect.poll(() => text(on, 'removed')).toBe('90 %');
    const sparse = await on.locator('#size').innerText();
    expect(sparse).not.toBe(dense);
    const { bytes, file, kept } = manifest.models[1]!;
    expect(statSync(join(page, file)).size).toBe(bytes);
    expect(sparse).toContain(`${(bytes / 1000).toFixed(1)} kB`);
    expect(sparse).toContain(kept.toLocaleString('en'));

    // A line drawn with the mouse. The network gets it centred.
    await on.locator('#clear').click();
    await expect.poll(() => text(on, 'verdict')).toBe('Draw something.');
    const box = (await on.locator('#pad').boundingBox())!;
    await on.mouse.move(box.x + 20, box.y + 20);
    await on.mouse.down();
    await on.mouse.move(box.x + 25, box.y + 120, { steps: 5 });
    await on.mouse.up();
    await expect.poll(() => text(on, 'verdict')).not.toBe('Draw something.');
    const centre = await on.evaluate(() => {
      const seen = document.getElementById('seen') as HTMLCanvasElement;
      const { data } = seen.getContext('2d')!.getImageData(0, 0, 28, 28);
      let [mass, x, y] = [0, 0, 0];
      for (let i = 0; i < 784; i++) {
        mass += data[4 * i]!;
        x += data[4 * i]! * (i % 28);
        y += data[4 * i]! * Math.floor(i / 28);
      }
      return [x / mass, y / mass];
    });
    for (const at of centre) expect(Math.abs(at - 13.5)).toBeLessThan(1);

    const overflow = await on.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    const ground = await on.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(22, 24, 28)' : 'rgb(255, 255, 255)');
  });

  it('can be drawn on with a finger, without scrolling the page', async () => {
    const on = await open({ viewport: { width: 360, height: 740 }, hasTouch: true });
    const box = (await on.locator('#pad').boundingBox())!;
    await on.touchscreen.tap(box.x + 60, box.y + 60);
    await expect.poll(() => text(on, 'verdict')).not.toBe('Draw something.');
    expect(await on.locator('#pad').evaluate((pad) => getComputedStyle(pad).touchAction)).toBe('none');
  });

  it('opens an image file, and refuses a file that is not an image', async () => {
    const on = await open({});
    await on.setInputFiles('#file', {
      name: 'a.txt',
      mimeType: 'image/png',
      buffer: Buffer.from('no image'),
    });
    await expect.poll(() => text(on, 'problem')).toContain('a.txt is no image');
    const drawn = await on
      .locator('#examples canvas')
      .nth(3)
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL('image/png').replace(/^.*,/, ''));
    await on.setInputFiles('#file', {
      name: '3.png',
      mimeType: 'image/png',
      buffer: Buffer.from(drawn, 'base64'),
    });
    await expect.poll(() => text(on, 'verdict')).not.toBe('Draw something.');
    const file = await on.locator('#bars td.value').allTextContents();
    await on.locator('#examples button').nth(3).click();
    await expect.poll(() => on.locator('#bars td.value').allTextContents()).toEqual(file);
  });

  it('is also served for a model file, and refuses other files', async () => {
    const bytes = readFileSync(join(folder, 'out', 'model.bbb'));
    const serving = await serveFiles({ files: await pageOfModel(bytes), port: 0 });
    try {
      const on = await (await browser.newContext()).newPage();
      on.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
      await on.goto(serving.url);
      await on.waitForSelector('main:not([aria-busy])');
      await on.locator('#shoe').click();
      await expect.poll(() => text(on, 'verdict')).not.toBe('Draw something.');
      expect(await on.locator('#size').innerText()).toContain(`${(bytes.length / 1000).toFixed(0)} kB`);
      for (const path of ['model.bbb', '..%2f..%2fetc%2fpasswd', '__proto__'])
        expect((await fetch(`${serving.url}${path}`)).status).toBe(path === 'model.bbb' ? 200 : 404);
      expect((await fetch(serving.url, { method: 'POST' })).status).toBe(405);
    } finally {
      await serving.close();
    }
    for (const bad of [new Uint8Array(0), bytes.subarray(0, 100), Buffer.from('{}')])
      await expect(pageOfModel(bad)).rejects.toMatchObject({ code: 'E_MODEL_FILE' });
  });

  it('sends no other request, and has no console message', () => {
    expect(problems).toEqual([]);
  });
});
