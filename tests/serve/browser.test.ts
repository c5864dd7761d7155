/// <reference lib="dom" />
import { join } from 'node:path';
import { serveSweep, type Serving } from '@bbb/serve';
import { readSweep } from '@bbb/sweep';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedFolder } from '../support/folders.js';
import { CHROMIUM } from '../support/chromium.js';
import { startSweep, type Started } from './support/sweeps.js';

if (!CHROMIUM) {
  console.warn(
    'No Chromium found: the page of bbb serve is not tested. Install it, or set CHROMIUM to its path.',
  );
}

const TRIALS = 8;
/** How long a real sweep may take to reach a state on a busy machine. */
const WAIT = { timeout: 60_000, interval: 100 };

describe.skipIf(!CHROMIUM)('the page in Chromium, while a sweep runs', () => {
  const problems: string[] = [];
  const folder = sharedFolder();
  let dir: string;
  let sweep: Started;
  let serving: Serving;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    dir = join(folder, 'sweep');
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    sweep = await startSweep(dir, TRIALS, 8);
    // The sweep is paused until the page is open, because a fast machine could finish it before.
    sweep.signal('SIGSTOP');
    serving = await serveSweep({ dir, port: 0, everyMs: 100 });
    page = await open({ viewport: { width: 1200, height: 900 } });
  }, 120_000);
  afterAll(async () => {
    sweep?.signal('SIGCONT');
    await browser?.close();
    await serving?.close();
    await sweep?.ended;
  });

  async function open(options: Parameters<Browser['newContext']>[0], path = ''): Promise<Page> {
    const opened = await (await browser.newContext(options)).newPage();
    opened.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
    opened.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    opened.on('request', (request) => {
      const at = request.url();
      if (!at.startsWith(serving.url) && !at.startsWith('data:')) problems.push(`request: ${at}`);
    });
    await opened.goto(`${serving.url}${path}`);
    return opened;
  }

  const count = (state: string): Promise<number> =>
    page
      .locator(`#counts .${state} b`)
      .allTextContents()
      .then(([text]) => Number(text ?? 0));
  const rows = () => page.locator('#table tbody tr');
  const column = (i: number): Promise<string[]> =>
    page.locator(`#table tbody tr > :nth-child(${i})`).allTextContents();

  it('shows running trials, and finished ones at once, without a reload', async () => {
    await page.evaluate(() => document.body.setAttribute('data-loaded', 'once'));
    await expect.poll(() => page.locator('#live').textContent(), WAIT).toBe('Live');
    await expect.poll(() => rows().count(), WAIT).toBe(TRIALS);
    await expect.poll(() => page.locator('#outlook').textContent(), WAIT).toMatch(/^Run by process \d+ on/);
    const before = await count('waiting');
    sweep.signal('SIGCONT');
    await expect
      .poll(() => page.locator('#curves svg [aria-label="line"] path').count(), WAIT)
      .toBeGreaterThan(0);
    await expect.poll(() => count('waiting'), WAIT).toBeLessThan(before);

    await expect.poll(() => page.locator('#outlook').textContent(), WAIT).toMatch(/^Nobody is running it\./);
    expect((await sweep.ended).code).toBe(0);
    const { results, stoppedEarly = [] } = await readSweep(dir);
    await expect.poll(() => count('done'), WAIT).toBe(results.length);
    expect(await count('stopped-early')).toBe(stoppedEarly.length);
    expect((await column(3)).filter((state) => state === 'stopped early')).toHaveLength(stoppedEarly.length);
    expect(await page.locator('#curves svg [aria-label="line"] path').count()).toBe(TRIALS);
    expect(await page.getAttribute('body', 'data-loaded')).toBe('once');
  }, 120_000);

  it('sorts the table by a click and by the keyboard', async () => {
    const header = page.locator('#table th', { hasText: 'validation error' });
    const errors = async (): Promise<number[]> => (await column(5)).map((text) => Number.parseFloat(text));
    const planned = await errors();
    await header.locator('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    const ascending = planned.toSorted((a, b) => a - b);
    expect(await errors()).toEqual(ascending);
    expect(ascending).not.toEqual(planned);
    await header.locator('button').focus();
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await errors()).toEqual(ascending.toReversed());
  });

  it('filters by method, words and state, the curves too', async () => {
    const sgd = (await column(1)).filter((name) => name.startsWith('sgd')).length;
    const own = page.locator('#methods button', { hasText: 'sgd' });
    await own.click();
    // All changes of a filter are drawn together, a moment later.
    await expect.poll(() => own.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => rows().count()).toBe(sgd);
    expect(await page.locator('#shown').textContent()).toBe(`${sgd} of ${TRIALS} trials`);
    await page.fill('#text', 'no such trial');
    await expect.poll(() => rows().count()).toBe(0);
    expect(await page.locator('#none').isVisible()).toBe(true);
    await page.click('#clear');
    await expect.poll(() => rows().count()).toBe(TRIALS);
    await page.selectOption('#state', 'done');
    await expect.poll(async () => [...new Set(await column(3))]).toEqual(['done']);
    await page.click('#clear');
    await expect.poll(() => rows().count()).toBe(TRIALS);
  });

  it('filters table and curves by a brush until it is removed', async () => {
    const axis = page.locator('g.axis', { hasText: 'validation error' });
    await axis.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await axis.locator('.overlay').boundingBox())!;
    const middle = x + width / 2;
    await page.mouse.move(middle, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(middle, y + height, { steps: 4 });
    await page.mouse.up();
    await page.click('#ranges summary');
    await expect.poll(() => rows().count()).toBeLessThan(TRIALS);
    const most = Number(await page.locator('input[aria-label="validation error (%), at most"]').inputValue());
    const { trials } = (await (await fetch(`${serving.url}api/state`)).json()) as {
      trials: { validationError: number }[];
    };
    const within = trials.filter(({ validationError }) => validationError * 100 <= most);
    expect(within.length).toBeGreaterThan(0);
    expect(within.length).toBeLessThan(TRIALS);
    await expect.poll(() => rows().count()).toBe(within.length);
    expect(await page.locator('.parallel path:not(.out)').count()).toBe(within.length);
    expect(await page.locator('#curves svg [stroke="var(--line)"] path').count()).toBe(
      TRIALS - within.length,
    );

    await page.mouse.click(middle, y + 5);
    await expect.poll(() => rows().count()).toBe(TRIALS);
  });

  it('has the same ranges for the keyboard, also open ones', async () => {
    const selection = page.locator('g.axis', { hasText: 'validation error' }).locator('.selection');
    const most = page.locator('input[aria-label="validation error (%), at most"]');
    const errors = (await column(5)).map((text) => Number.parseFloat(text)).toSorted((a, b) => a - b);
    await most.fill(String(errors[1]! + 0.01));
    await page.keyboard.press('Tab');
    const within = errors.filter((error) => error <= errors[1]! + 0.01);
    await expect.poll(() => rows().count()).toBe(within.length);
    expect(await selection.isVisible()).toBe(true);
    await most.fill('0.001');
    await page.keyboard.press('Tab');
    await expect.poll(() => rows().count()).toBe(0);
    await page.click('#clear');
    await expect.poll(() => rows().count()).toBe(TRIALS);
    expect(await most.inputValue()).toBe('');
    expect(await selection.isVisible()).toBe(false);
  });

  it('opens and closes a trial by the keyboard, with its configuration, its curve and its pruned networks', async () => {
    const { results, stoppedEarly = [] } = await readSweep(dir);
    const at = (await column(3)).indexOf('done');
    await rows().nth(at).locator('button').focus();
    await page.keyboard.press('Enter');
    const dialog = page.locator('#detail');
    await expect.poll(() => dialog.isVisible()).toBe(true);
    await expect
      .poll(() => dialog.locator('h3').allTextContents())
      .toEqual(['Training', 'Pruned networks', 'Configuration']);
    const [, id] = /#trial=([0-9a-f]{16})$/.exec(page.url())!;
    const { pruning } = results.find((result) => result.id === id)!;
    const networks = pruning.flatMap(({ evaluations }) => evaluations);
    expect(await dialog.locator('tbody tr').count()).toBe(networks.length);
    expect(await dialog.locator('.configuration').textContent()).toContain('training.optimizer.learningRate');
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.isVisible()).toBe(false);

    const [stopped] = stoppedEarly;
    const linked = await open({}, `#trial=${stopped!.id}`);
    await expect
      .poll(() => linked.locator('#detail-body').textContent())
      .toContain(`stopped early by asha after epoch ${stopped!.epoch}`);
    await linked.context().close();
  });

  it('shows the values under the pointer, and opens their trial on a click', async () => {
    const end = page.locator('#curves svg [aria-label="dot"] circle').first();
    await end.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await end.boundingBox())!;
    const at = [x + width / 2, y + height / 2] as const;
    await page.mouse.move(...at);
    const tip = page.locator('#curves svg [aria-label="tip"]');
    await expect.poll(() => tip.textContent()).toMatch(/seed 0, done.*epoch 8: \d+\.\d\d %$/s);
    await page.mouse.click(...at);
    await expect.poll(() => page.locator('#detail').isVisible()).toBe(true);
    await page.click('#detail button');
    await expect.poll(() => page.locator('#detail').isVisible()).toBe(false);
  });

  it('is as wide as a phone', async () => {
    const phone = await open({ viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true });
    await expect.poll(() => phone.locator('.parallel path').count()).toBe(TRIALS);
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const trials = phone.locator('#trials .scroll');
    expect(await trials.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    const heading = phone.locator('#table tbody tr > :nth-child(5)').first();
    expect(await heading.evaluate((cell) => getComputedStyle(cell, '::before').content)).toBe(
      '"validation error"',
    );
    await phone.context().close();
  });

  it('needs its token if others can reach it, and removes it from the address', async () => {
    const shared = await serveSweep({ dir, port: 0, host: '0.0.0.0' });
    try {
      const guest = await (await browser.newContext()).newPage();
      await guest.goto(shared.url);
      expect(guest.url()).toBe(new URL('/', shared.url).href);
      await expect.poll(() => guest.locator('#trials tbody tr').count(), WAIT).toBe(TRIALS);
      await guest.context().close();
    } finally {
      await shared.close();
    }
  });

  it('has the report, and shows when the server is gone', async () => {
    const report = await open({}, 'report');
    expect(await report.locator('h1').textContent()).toMatch(/^mnist, hidden 8: /);
    expect(await report.locator('#stopped').count()).toBe(1);
    await report.context().close();
    expect(problems).toEqual([]);
    await serving.close();
    await expect.poll(() => page.locator('#live').textContent()).toMatch(/^Connection lost/);
  });
});
