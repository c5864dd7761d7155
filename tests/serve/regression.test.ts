/// <reference lib="dom" />
import { join } from 'node:path';
import { serveSweep, type Serving } from '@bbb/serve';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedHeadline } from '../../packages/serve/src/headline.js';
import { hyperparametersOf } from '../../packages/serve/src/dimensions.js';
import { errorName, errorText } from '../../packages/serve/client/format.js';
import { sharedFolder } from '../support/folders.js';
import { CHROMIUM } from '../support/chromium.js';
import { writeSweepFolder } from '../support/made-up/folder.js';
import { regressionSweep, rmseOf } from '../support/made-up/regression.js';

const OF_CLASSES = /accura|error rate|validation error|test error|training error|\bimages?\b|ECE/i;

describe.skipIf(!CHROMIUM)('the page of a regression', () => {
  const data = regressionSweep({ seeds: [0, 1], shares: [0, 0.9], epochs: 2 });
  const folder = sharedFolder();
  let serving: Serving;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const dir = join(folder, 'sweep');
    writeSweepFolder(dir, data, ({ id }) => data.results.find((result) => result.id === id));
    serving = await serveSweep({ dir, port: 0 });
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await serving?.close();
  });

  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).allTextContents()).join('\n');

  it('shows RMSE in its unit in table, curves, axes and filters', async () => {
    await page.goto(serving.url);
    await page.locator('#table tbody tr').nth(3).waitFor();
    const headers = await page.locator('#table th button').allTextContents();
    expect(headers).toEqual(expect.arrayContaining(['validation RMSE', 'test RMSE']));
    expect(await page.locator('#table tbody .test').allTextContents()).toContain(
      `${rmseOf('sgd', 0, 0).toFixed(3)} kEUR`,
    );
    expect(await text('#curves-title')).toBe('Validation RMSE by epoch');
    expect(await text('#curves')).toContain('validation RMSE (kEUR)');
    expect(await text('#parallel')).toContain('test RMSE (kEUR)');
    expect(OF_CLASSES.exec(await text('body'))?.[0]).toBeUndefined();
  });

  it('shows a trial with its RMSE, dense and pruned, and no calibration of confidence', async () => {
    const planned = data.plan.find(({ label, seed }) => label === 'sgd' && seed === 1)!;
    await page.goto(`${serving.url}#trial=${planned.id}`);
    await page.locator('#detail-body h3').nth(2).waitFor();
    const shown = await text('#detail-body');
    for (const share of [0, 0.9]) {
      const rmse = rmseOf('sgd', share, 1);
      expect(shown).toContain(errorText(rmse, { error: 'RMSE', unit: 'kEUR', factor: 1 }));
    }
    expect(shown).toContain('Test RMSE');
    expect(OF_CLASSES.exec(shown)?.[0]).toBeUndefined();
  });
});

describe('errors on the page', () => {
  const accuracy = { error: 'error', unit: '%', factor: 100 };
  it.each([
    [0.0194, accuracy, '1.94 %'],
    [null, accuracy, '–'],
    [12.3456, { error: 'RMSE', unit: 'kEUR', factor: 1 }, '12.35 kEUR'],
    [0.012345, { error: 'RMSE', unit: '', factor: 1 }, '0.01235'],
    [123_456.7, { error: 'RMSE', unit: 'm', factor: 1 }, '123457 m'],
    [0, { error: 'RMSE', unit: 'm', factor: 1 }, '0.000 m'],
  ])('are shown as people read them: %s', (value, headline, expected) => {
    expect(errorText(value, headline)).toBe(expected);
  });

  it('are named after the data before the first result', () => {
    expect(expectedHeadline()).toEqual(accuracy);
    const { datasets } = regressionSweep();
    expect(errorName('validation', expectedHeadline(datasets))).toBe('validation error (kEUR)');
    expect(errorName('test', { error: 'RMSE', unit: '', factor: 1 })).toBe('test RMSE');
  });
});

describe('a network that is named', () => {
  it('is a hyper-parameter, like the widths of other networks', () => {
    const [{ trial }] = regressionSweep().plan as [ReturnType<typeof regressionSweep>['plan'][number]];
    const layers = [{ kind: 'conv2d', filters: 20, kernel: [5, 5] }, { kind: 'relu' }];
    const named = hyperparametersOf({ ...trial, hidden: [], network: { use: 'cnn', options: { layers } } });
    expect(named).toMatchObject({ network: 'cnn (conv2d 20 5x5)' });
    expect(named).not.toHaveProperty('hidden');
    expect(hyperparametersOf(trial)).toMatchObject({ hidden: '20-20' });
  });
});
