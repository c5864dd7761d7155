/// <reference lib="dom" />
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inflateSync } from 'node:zlib';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { sharedFolder } from '../support/folders.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const out = sharedFolder();

beforeAll(() => {
  const typedoc = join(docs, 'node_modules/typedoc/bin/typedoc');
  const built = spawnSync(process.execPath, [typedoc, '--out', out], { cwd: docs, encoding: 'utf8' });
  expect(built.status, built.stdout + built.stderr).toBe(0);
}, 600_000);

const pages = (): string[] =>
  readdirSync(out, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.html'));

const textOf = (page: string): string => readFileSync(join(out, page), 'utf8');

/** The links of a page within this site: paths from its root, with the part after "#". */
function linksOf(page: string): { path: string; anchor: string }[] {
  return [...textOf(page).matchAll(/ (?:href|src)="([^"]*)"/g)]
    .map(([, link]) => link!.replaceAll('&amp;', '&').replaceAll('&quot;', '"'))
    .filter((link) => link !== '' && !/^(?:[a-z]+:|\/\/)/.test(link))
    .map((link) => {
      const [path = '', anchor = ''] = decodeURI(link).split('#');
      return { path: path === '' ? page : join(dirname(page), path), anchor };
    });
}

interface Entry {
  readonly path?: string;
  readonly children?: readonly Entry[];
}

/** The pages in the navigation, which a script builds. */
function navigated(): string[] {
  const [, packed] = /"(.*)"/.exec(readFileSync(join(out, 'assets/navigation.js'), 'utf8'))!;
  const all = JSON.parse(inflateSync(Buffer.from(packed!, 'base64')).toString()) as Entry[];
  const below = ({ path, children = [] }: Entry): string[] => [
    ...(path ? [path] : []),
    ...children.flatMap(below),
  ];
  return all.flatMap(below).map((path) => decodeURI(path.split('#')[0]!));
}

describe('the built site', () => {
  it('has no broken link', () => {
    const ids = new Map(pages().map((page) => [page, idsOf(page)]));
    const dead = pages().flatMap((page) =>
      linksOf(page)
        .filter(({ path, anchor }) =>
          anchor !== '' && ids.has(path) ? !ids.get(path)!.has(anchor) : !existsSync(join(out, path)),
        )
        .map(({ path, anchor }) => `${page}: ${path}#${anchor}`),
    );
    expect(dead).toEqual([]);
  }, 120_000);

  it('leads to every page from the front page', () => {
    const seen = new Set(['index.html', ...navigated()]);
    for (const page of seen) if (page.endsWith('.html')) for (const { path } of linksOf(page)) seen.add(path);
    // TypeDoc always writes this page, here with an empty list of classes that inherit.
    expect(pages().filter((page) => !seen.has(page) && page !== 'hierarchy.html')).toEqual([]);
  }, 120_000);

  it('loads nothing from the network', () => {
    const fetched = pages().filter((page) =>
      /<(?:script|link|img)[^>]* (?:src|href)="https?:/.test(textOf(page)),
    );
    expect(fetched).toEqual([]);
  });
});

function idsOf(page: string): ReadonlySet<string> {
  return new Set([...textOf(page).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!));
}

describe.skipIf(!CHROMIUM)('the site in Chromium, opened as a file', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.goto(pathToFileURL(join(out, 'index.html')).href);
    await page.click('#tsd-search-trigger');
  }, 60_000);
  afterAll(() => browser?.close());

  it.each([
    ['auroc', '@bbb/core.auroc'],
    ['definePruner', '@bbb/core.definePruner'],
    ['Pruner', '@bbb/core.Pruner'],
    ['pruner', '@bbb/core.Pruner'],
    ['Trial', '@bbb/core.Trial'],
    ['loadPredictor', '@bbb/predict.loadPredictor'],
    ['first hour', 'The first hour'],
    ['reading a report', 'Reading a report'],
    ['many machines', 'Run a sweep on many machines'],
    ['deploy', 'From a trial to an answer'],
    ['configuration', 'Configuration'],
    ['errors', 'Errors'],
    ['dropout', 'dropout'],
    ['snr', 'snr'],
  ])('a search for "%s" finds %s first', async (typed, found) => {
    await page.fill('#tsd-search-input', typed);
    // The list is queried anew each time: a locator would wait for an item that a new list has just replaced.
    const first = (): Promise<string | undefined> =>
      page.evaluate(() =>
        document.querySelector('#tsd-search-results li')?.textContent.replaceAll(/\s+/g, ''),
      );
    await expect.poll(first, { timeout: 20_000 }).toBe(found.replaceAll(' ', ''));
  });

  it('finds something for every first letter and digit of a word', async () => {
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    const found = (): Promise<number> => page.locator('#tsd-search-results li').count();
    for (const letter of 'abcdefghijklmnopqrstuvwxyz0123456789') {
      await page.fill('#tsd-search-input', '');
      await expect.poll(found).toBe(0);
      await page.fill('#tsd-search-input', letter);
      await expect.poll(found, { timeout: 20_000 }).toBeGreaterThan(0);
    }
    expect(errors).toEqual([]);
  }, 120_000);

  it.each([1280, 390])('fits into %i pixels', async (width) => {
    const narrow = await browser.newPage({ viewport: { width, height: 900 } });
    const names = [
      'index',
      'documents/Configuration',
      'documents/Errors',
      'documents/Methods',
      'modules/_bbb_core',
    ];
    const wider = [];
    for (const name of names) {
      await narrow.goto(pathToFileURL(join(out, `${name}.html`)).href);
      const over = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wider.push(`${name}: ${over}`);
    }
    expect(wider).toEqual([]);
    await narrow.close();
  });
});
