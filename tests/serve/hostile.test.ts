/// <reference lib="dom" />
import { join } from 'node:path';
import type { SweepData } from '@bbb/core';
import { serveSweep } from '@bbb/serve';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedFolder } from '../support/folders.js';
import { CHROMIUM } from '../support/chromium.js';
import { fixtureSweep } from '../support/made-up/sweep.js';
import { regressionSweep } from '../support/made-up/regression.js';
import { writeSweepFolder } from '../support/made-up/folder.js';
import { harmless, HOSTILE, mapStrings, structureOf, type Structure } from '../support/made-up/hostile.js';

const TEXT = Object.values(HOSTILE).join(' ');
/** Members of a folder's files that may contain any text. */
const FREE = [
  'unit',
  'error',
  'name',
  'label',
  'variant',
  'configuration',
  'cpu',
  'platform',
  'node',
  'bbb',
  'preset',
];

describe.skipIf(!CHROMIUM)('markup in a served folder', () => {
  const folder = sharedFolder();
  let browser: Browser;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** The page, the page of a trial, and the report. */
  async function structures(name: string, text: string, sweep: SweepData): Promise<Structure[]> {
    const data = mapStrings(sweep, (before, member) =>
      FREE.includes(member) ? `${before} ${text}` : before,
    ) as SweepData;
    const dir = join(folder, name);
    writeSweepFolder(dir, data, ({ id }) => data.results.find((result) => result.id === id));
    const serving = await serveSweep({ dir, port: 0 });
    const found: Structure[] = [];
    try {
      for (const path of ['', `#trial=${data.plan[0]!.id}`, 'report']) {
        const page = await browser.newPage();
        page.on('console', (message) => problems.push(message.text()));
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(`${serving.url}${path}`);
        if (path === '') await page.locator('#table tbody tr').nth(3).waitFor();
        if (path.startsWith('#')) await page.locator('#detail-body h3').nth(2).waitFor();
        expect(await page.locator('body').textContent()).toContain(text.slice(0, 8).trim());
        found.push(await structureOf(page));
        await page.close();
      }
    } finally {
      await serving.close();
    }
    return found;
  }

  const OPTIONS = { labels: ['sgd', 'bbb-mixture'], seeds: [0, 1], shares: [0, 0.9], epochs: 2 };

  it.each([
    ['images', fixtureSweep(OPTIONS)],
    ['a regression', regressionSweep(OPTIONS)],
  ])('stays text in the page of %s, in one of its trials and in the report', async (name, sweep) => {
    const expected = await structures(`harmless ${name}`, harmless(TEXT), sweep);
    const found = await structures(`hostile ${name}`, TEXT, sweep);
    for (const [i, { alive, suspects, elements }] of found.entries()) {
      // Only the page's own addresses, which are relative.
      expect([i, alive, suspects]).toEqual([i, false, expected[i]!.suspects]);
      expect(suspects.filter((one) => !/^(style\.css|main\.js|(\.\.\/)*|report)$/.test(one))).toEqual([]);
      expect([i, Object.keys(elements).sort()]).toEqual([i, Object.keys(expected[i]!.elements).sort()]);
    }
    expect(problems).toEqual([]);
  });
});
