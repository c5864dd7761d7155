/// <reference lib="dom" />
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderHtml } from '@bbb/report';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { fixtureSweep } from '../support/made-up/sweep.js';
import { sharedFolder } from '../support/folders.js';

if (!CHROMIUM) {
  console.warn(
    'No Chromium found: the report is not tested in a browser. Install it, or set CHROMIUM to its path.',
  );
}

describe.skipIf(!CHROMIUM)('the report in Chromium', () => {
  const folder = sharedFolder();
  const file = join(folder, 'report.html');
  const url = pathToFileURL(file).href;
  // A name that breaks a page that does not escape it.
  const labels = ['sgd', 'dropout-0.5', 'bbb-mixture', `<img src=x onerror="throw 1">&'`];
  const problems: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const sweep = fixtureSweep({ labels, seeds: [0, 1, 2] });
    // The size of the training state adds a column, so the main table has as many columns as that of a real sweep.
    const results = sweep.results.map((result) => ({ ...result, checkpointBytes: 1.4e6 }));
    writeFileSync(file, renderHtml({ ...sweep, results }));
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    page = await open({ viewport: { width: 1200, height: 900 } });
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function open(options: Parameters<Browser['newContext']>[0]): Promise<Page> {
    const context: BrowserContext = await browser.newContext(options);
    const opened = await context.newPage();
    opened.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
    opened.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    opened.on('request', (request) => {
      const at = request.url();
      if (at !== url && !at.startsWith('data:')) problems.push(`request: ${at}`);
    });
    await opened.goto(url);
    return opened;
  }

  it('loads without a console message, an error or an external request', async () => {
    await page.waitForLoadState('networkidle');
    expect(await page.locator('figure svg').count()).toBeGreaterThan(10);
    expect(await page.locator('img').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("can't fetch anything", async () => {
    const outcome = await page.evaluate(async () => {
      try {
        await fetch('https://example.org/');
        return 'fetched';
      } catch (error) {
        return String(error);
      }
    });
    expect(outcome).toContain('TypeError');
    // The browser may log only this attempt, which the page's own policy blocks.
    expect(problems.splice(0).join('\n')).toContain('Content Security Policy');
  });

  it('sorts a table by a click and by the keyboard', async () => {
    const table = page.locator('table[id^="table-pruning"]');
    const names = () => table.locator('tbody tr > :first-child').allTextContents();
    const accuracies = () =>
      table
        .locator('tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => Number((row as HTMLTableRowElement).cells[5]!.dataset['sort'])),
        );
    const before = await names();
    const header = table.locator('th', { has: page.locator('button', { hasText: /^90\s%$/ }) });
    await header.locator('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    const ascending = await accuracies();
    expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
    expect(new Set(ascending).size).toBeGreaterThan(2);
    await header.locator('button').focus();
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await accuracies()).toEqual(ascending.toReversed());
    expect((await names()).toSorted()).toEqual(before.toSorted());
  });

  it('shows values on hover, in figures and in tables, and hides them on Escape', async () => {
    const tip = page.locator('#tip');
    const marker = page.locator('figure[id^="figure-accuracy-mnist"] [aria-label="dot"] [data-tip]').first();
    await marker.scrollIntoViewIfNeeded();
    // The page may still move after the position was read, so the pointer follows the marker.
    const pointAt = async (): Promise<void> => {
      const { x, y, width, height } = (await marker.boundingBox())!;
      await page.mouse.move(x + width / 2, y + height / 2);
    };
    await expect
      .poll(async () => {
        await pointAt();
        return tip.isVisible();
      })
      .toBe(true);
    // Two methods have the same accuracy here. The upper marker must not hide the other.
    const lines = (await tip.textContent())!.split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.at(-1)).toMatch(/^sgd, 0 % removed by magnitude: \d+\.\d\d ± \d+\.\d\d %$/);
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    const cell = page.locator('table[id^="table-pruning"] td[data-tip]').first();
    await cell.hover();
    expect(await tip.textContent()).toMatch(/^n = 3; 95 % interval/);
  });

  it('has a name and a description for every figure, and unique ids', async () => {
    const bare = await page
      .locator('figure svg[role="img"]')
      .evaluateAll(
        (figures) =>
          figures.filter((figure) =>
            (figure.getAttribute('aria-labelledby') ?? '')
              .split(' ')
              .some((id) => (document.getElementById(id)?.textContent ?? '').length < 10),
          ).length,
      );
    expect(bare).toBe(0);
    const ids = await page.locator('[id]').evaluateAll((elements) => elements.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const images = await page.locator('figure svg').count();
    expect(await page.locator('figure svg[role="img"]').count()).toBeGreaterThan(images / 4);
  });

  // On a large screen only later tables may scroll, because some have twenty columns.
  it.each([
    ['a phone', 390, 'narrow'],
    ['a large screen', 1280, 'wide'],
  ] as const)('cuts no main table and no figure on %s', async (_, width, shown) => {
    const screen = await open({ viewport: { width, height: 800 }, isMobile: width < 500 });
    const {
      page: whole,
      cut,
      drawings,
    } = await screen.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      cut: [...document.querySelectorAll('.scroll')]
        .filter((region) => region.scrollWidth > region.clientWidth)
        .map((region) => region.getAttribute('aria-labelledby')),
      drawings: [...document.querySelectorAll<HTMLElement>('figure > div')]
        .filter((drawing) => drawing.offsetParent !== null)
        .map((drawing) => ({
          kind: drawing.className,
          card: drawing.clientWidth,
          scale:
            drawing.firstElementChild!.clientWidth / Number(drawing.firstElementChild!.getAttribute('width')),
        })),
    }));
    expect(whole).toBeLessThanOrEqual(width);
    const main = /^caption-(answer|overview|pruning)/;
    expect(cut.filter((id) => width < 500 || main.test(id ?? ''))).toEqual([]);
    expect(new Set(drawings.map(({ kind }) => kind))).toEqual(new Set([shown]));
    // The figure is drawn at the width of its card, so letters have their intended size.
    for (const { scale } of drawings) expect(Math.abs(scale - 1)).toBeLessThan(0.03);
    await screen.context().close();
  });

  it('is dark on request, with readable contrast in figures', async () => {
    const dark = await open({ viewport: { width: 1200, height: 900 }, colorScheme: 'dark' });
    const { page: page_, ink } = await dark.evaluate(() => {
      const text = document.querySelector('figure svg text')!;
      return { page: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(text).fill };
    });
    expect(contrast(page_, ink)).toBeGreaterThan(7);
    await dark.context().close();
  });

  it('prints with everything unfolded', async () => {
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('details:not([open])').count()).toBe(0);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    expect(await page.locator('details:not([open])').count()).toBeGreaterThan(0);
    const pdf = await page.pdf();
    expect(pdf.byteLength).toBeGreaterThan(50_000);
  });

  it('had no other problem', () => {
    expect(problems).toEqual([]);
  });
});

/** WCAG contrast ratio of two `rgb(r, g, b)` colours. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map((value) => {
      const channel = Number(value) / 255;
      return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
