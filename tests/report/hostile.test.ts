import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SweepData } from '@bbb/core';
import {
  compareReports,
  comparisonFiles,
  reportFiles,
  type ReportFile,
  type ReportFormat,
} from '@bbb/report';
import MarkdownIt from 'markdown-it';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import {
  fullSweep,
  harmless,
  HOSTILE,
  mapStrings,
  STEERING,
  structureOf,
  type Structure,
} from '../support/made-up/hostile.js';
import { regressionSweep, withTrials } from '../support/made-up/regression.js';
import { sharedFolder } from '../support/folders.js';

type Change = (text: string, member: string) => string;

/** All files of a sweep, and of its comparison with itself. Pictures come first, because Markdown shows them. */
function filesOf(data: SweepData, text: string, formats: readonly ReportFormat[]): ReportFile[] {
  return [
    ...reportFiles(data, formats, { title: `title ${text}`, command: `bbb sweep ${text}` }),
    ...comparisonFiles(compareReports(data, data, [`A ${text}`, `B ${text}`]), formats),
  ];
}

/** The most permissive settings: HTML, all kinds of addresses, and bare addresses as links. */
const markdown = new MarkdownIt({ html: true, linkify: true });
markdown.validateLink = () => true;

describe.skipIf(!CHROMIUM)('markup in strings of results', () => {
  const folder = sharedFolder();
  const sweep = fullSweep();
  /** Data and plugins choose units, targets, metrics and layers, too. */
  const regression = withTrials(regressionSweep({ inputs: 1, seeds: [0, 1], shares: [0, 0.9] }), (trial) => ({
    ...trial,
    network: { use: 'own', options: { layers: [{ kind: 'a layer', units: 3 }], note: 'x' } },
    likelihood: { use: 'own', options: { noise: 'learned' } },
  }));
  const problems: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('dialog', (dialog) => void dialog.dismiss());
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** The address of a file for a browser. Markdown is converted as by a site that trusts it. */
  function written({ path, content }: ReportFile): string {
    const file = join(folder, path.replace(/\.md$/, '-md.html'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      path.endsWith('.md')
        ? `<!doctype html><meta charset="utf-8">${markdown.render(String(content))}`
        : content,
    );
    return pathToFileURL(file).href;
  }

  async function opened(url: string): Promise<Structure> {
    await page.goto(url);
    return structureOf(page);
  }

  /** Every file must have the same structure as with harmless text in the same places. */
  async function expectDead(
    change: (text: string) => Change,
    text: string,
    formats: readonly ReportFormat[] = ['svg', 'html', 'md'],
    data: SweepData = sweep,
  ): Promise<void> {
    const hostile = filesOf(mapStrings(data, change(text)) as SweepData, text, formats);
    const tame = filesOf(mapStrings(data, change(harmless(text))) as SweepData, harmless(text), formats);
    const expected: Structure[] = [];
    for (const url of tame.map(written)) expected.push(await opened(url));
    problems.length = 0;
    const found: Structure[] = [];
    for (const url of hostile.map(written)) found.push(await opened(url));
    for (const [i, { elements, suspects, alive }] of found.entries()) {
      const led = suspects.filter((one) => !/^figures\/[\w.-]+$/.test(one));
      expect([hostile[i]!.path, alive, led]).toEqual([hostile[i]!.path, false, []]);
      expect([hostile[i]!.path, elements]).toEqual([hostile[i]!.path, expected[i]!.elements]);
    }
    expect(found).toHaveLength(expected.length);
    expect(problems).toEqual([]);
  }

  it('stays text in every place', async () => {
    const change =
      (payload: string): Change =>
      (before, member) =>
        STEERING.includes(member) ? before : `${before} ${payload}`;
    await expectDead(change, Object.values(HOSTILE).join(' '));
  });

  it('stays text in results of a regression, whose units and names are cut at the end', async () => {
    const change =
      (payload: string): Change =>
      (before, member) =>
        [...STEERING, 'metric'].includes(member) ? before : `${payload} ${before}`;
    await expectDead(change, Object.values(HOSTILE).join(' '), ['html', 'md'], regression);
  });

  it.each(['metric', 'kind', 'use'])('stays text in %s of a regression', async (steering) => {
    const change =
      (payload: string): Change =>
      (before, member) =>
        member === steering ? `${before}${payload}` : before;
    await expectDead(change, Object.values(HOSTILE).join(' '), ['html'], regression);
  });

  it('is not a link, even if it looks like an address', async () => {
    const change =
      (payload: string): Change =>
      (before, member) =>
        STEERING.includes(member) ? before : `${payload}//${before}`;
    await expectDead(change, HOSTILE['addresses']!, ['html', 'md']);
  });

  it.each(STEERING)('stays text in %s, which decides what is drawn', async (steering) => {
    const text = Object.values(HOSTILE).join(' ');
    const change =
      (payload: string): Change =>
      (before, member) =>
        member === steering ? `${before}${payload}` : before;
    await expectDead(change, text, ['html']);
  });

  it('is found by this test if it is not escaped', async () => {
    writeFileSync(join(folder, 'alive.html'), `<body>${HOSTILE['elements and ends of elements']}</body>`);
    await page.goto(pathToFileURL(join(folder, 'alive.html')).href);
    const { alive, suspects } = await structureOf(page);
    expect(alive).toBe(true);
    expect(suspects).toContain('onerror');
    problems.length = 0;
  });
});
