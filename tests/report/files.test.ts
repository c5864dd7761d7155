import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseFormats,
  renderHtml,
  renderMarkdown,
  renderReportMarkdown,
  REPORT_FORMATS,
  reportFiles,
  reportTables,
  writeReport,
  type SweepData,
} from '@bbb/report';
import { beforeEach, describe, expect, it } from 'vitest';
import { fixtureSweep, unfinished } from '../support/made-up/sweep.js';
import { temporaryFolder } from '../support/folders.js';

const data = fixtureSweep({ labels: ['sgd', 'bbb-mixture'], seeds: [0, 1], shares: [0, 0.5, 0.9, 0.99] });

describe('report files', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  it('are written to the returned paths, in every format, and replace old ones', async () => {
    const written = await writeReport(data, join(folder, 'a', 'b'), REPORT_FORMATS);
    expect(new Set(written).size).toBe(written.length);
    const again = await writeReport(data, join(folder, 'a', 'b'), ['csv', 'json']);
    expect(written).toEqual(expect.arrayContaining(again));
    const html = readFileSync(join(folder, 'a', 'b', 'report.html'), 'utf8');
    expect(html).toBe(renderHtml(data));
    const markdown = readFileSync(join(folder, 'a', 'b', 'report.md'), 'utf8');
    for (const [, path] of markdown.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) {
      expect(readFileSync(join(folder, 'a', 'b', path!)).byteLength).toBeGreaterThan(1000);
    }
  });

  it('link only to figures that are written', () => {
    const [markdown] = reportFiles(data, ['md']);
    expect(markdown!.content).not.toContain('![');
  });

  it('fail with the path where they cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const below = join(folder, 'file', 'below');
    await expect(writeReport(data, below, ['md'])).rejects.toMatchObject({
      code: 'E_REPORT_WRITE',
      message: `Can't write ${join(below, 'report.md')}: ENOTDIR: not a directory.`,
    });
  });

  it('have names of formats that are checked', () => {
    expect(parseFormats(['html', 'png'])).toEqual(['html', 'png']);
    expect(() => parseFormats(['htm'])).toThrow(/no report format "htm"/);
    try {
      parseFormats(['htm']);
    } catch (error) {
      expect(error).toMatchObject({
        code: 'E_REPORT_FORMAT',
        hint: expect.stringContaining('Did you mean "html"?') as string,
      });
    }
  });
});

describe('tables of a whole report', () => {
  it('have unique ids, also for data sets whose names have the same end', () => {
    const other = fixtureSweep({ labels: ['sgd'], seeds: [0, 1], dataset: 'fashion-mnist' });
    const both = {
      ...data,
      plan: [...data.plan, ...other.plan],
      results: [...data.results, ...other.results],
    };
    const ids = reportTables(both).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const html = renderHtml(both);
    expect(html.match(/id="table-pruning-fashion-mnist-20-20"/g)).toHaveLength(1);
    expect(html.match(/id="table-pruning-mnist-20-20"/g)).toHaveLength(1);
  });

  it('count cost only if every seed reached the error', () => {
    const late = {
      ...data,
      results: data.results.map((result) =>
        result.trial.seed === 1 && result.trial.method.use === 'sgd'
          ? { ...result, epochs: result.epochs.map((epoch) => ({ ...epoch, validationError: 0.9 })) }
          : result,
      ),
    };
    const cost = reportTables(late).find(({ id }) => id.startsWith('cost'))!;
    expect(JSON.stringify(cost.rows[0])).not.toContain('"n":1');
  });
});

describe('an unfinished sweep', () => {
  const part = unfinished(data, ({ label, seed }) => label === 'sgd' && seed === 0);

  it('has a report that lists what is missing', () => {
    const html = renderHtml(part);
    expect(html).toContain('Unfinished: 1 of 4 trials are done');
    expect(html).toContain('1 of 4 trials');
    expect(renderReportMarkdown(part)).toContain('| bbb-mixture | 0 of 2 | 0, 1 | – |');
  });

  it('has a report even if nothing is done', () => {
    const none = unfinished(data, () => false);
    expect(renderHtml(none)).toContain('No trial has finished yet.');
    expect(reportFiles(none, REPORT_FORMATS).map(({ path }) => path)).toEqual([
      'report.html',
      'report.md',
      'tables/progress.csv',
      'report.json',
    ]);
  });

  it('lists failed trials and the reasons', () => {
    const { id, configuration, seed } = data.plan[3]!;
    const also = data.plan.find((one) => one.configuration === configuration && one.id !== id)!;
    const failed = {
      ...unfinished(data, (planned) => planned.id !== id),
      missing: [],
      failed: [
        {
          id,
          kind: 'diverged' as const,
          error: { name: 'BbbError', message: 'The loss is NaN.' },
          attempts: 1,
        },
      ],
    };
    expect(renderHtml(failed)).toContain('1: diverged, The loss is NaN.');
    const [first] = failed.failed;
    const both = { ...failed, failed: [first!, { ...first!, id: also.id }] };
    const seeds = [also.seed, seed].toSorted((a, b) => a - b).join(', ');
    expect(renderHtml(both)).toContain(`${seeds}: diverged, The loss is NaN.`);
  });
});

describe('a sweep with a scheduler', () => {
  const done = (keep: readonly string[]): SweepData => {
    const rest = unfinished(data, ({ label, seed }) => keep.includes(`${label} ${seed}`));
    const stoppedEarly = rest.missing.map((id, i) => ({ id, epoch: i + 1 }));
    const config = { search: { scheduler: { use: 'median', options: {} } } };
    return { ...rest, config, missing: [], stoppedEarly };
  };

  it('has a report that lists the stopped trials with their epochs, and says that they do not count', () => {
    const part = done(['sgd 0', 'sgd 1', 'bbb-mixture 0']);
    const stopped = reportTables(part).find(({ id }) => id === 'stopped-early')!;
    expect(renderMarkdown(stopped)).toContain('| bbb-mixture | 1 of 2 | 1 after epoch 1 | 5 |');
    expect(stopped.notes.join(' ')).toMatch(
      /^The scheduler median ended .* no mean, figure or comparison counts/,
    );
    expect(stopped.notes[1]).toContain('One configuration has other seeds that were done');
    expect(stopped.notes).toHaveLength(2);
    expect(renderHtml(part)).toContain('3 of 4 trials, 1 stopped early');
    expect(renderHtml(part)).toContain('1 after epoch 1');
    expect(renderHtml(part)).not.toContain('Unfinished');
    expect(renderReportMarkdown(part)).toContain('3 of 4 trials, 1 stopped early.');
    expect(reportFiles(part, ['json'])[0]!.content).toContain('"stoppedEarly"');
    const pruning = reportTables(part).find(({ id }) => id.startsWith('pruning'))!;
    expect(JSON.stringify(pruning.rows)).toContain('"n":1');
  });

  it('names a method without any finished trial', () => {
    const { notes } = reportTables(done(['bbb-mixture 0', 'bbb-mixture 1'])).find(
      ({ id }) => id === 'stopped-early',
    )!;
    expect(notes.at(-1)).toBe('Of sgd no trial is done: no other table or figure has it.');
  });

  it('counts only finished trials as done in the table of unfinished ones', () => {
    const part = done(['sgd 0']);
    const [waits, ...stoppedEarly] = part.stoppedEarly!;
    expect(renderReportMarkdown({ ...part, stoppedEarly, missing: [waits!.id] })).toContain(
      '| bbb-mixture | 0 of 2 | 0 | – |',
    );
  });

  it('has no such part if nothing was stopped', () => {
    expect(reportTables(data).map(({ id }) => id)).not.toContain('stopped-early');
    expect(renderHtml(data)).not.toContain('topped early');
  });
});

describe('the page', () => {
  it('has the same bytes every time, and shows how to repeat the sweep', () => {
    const html = renderHtml(data, { command: 'bbb sweep --seeds 2 <"quoted">' });
    expect(renderHtml(data, { command: 'bbb sweep --seeds 2 <"quoted">' })).toBe(html);
    expect(html).toContain('bbb sweep --seeds 2 &lt;&quot;quoted&quot;&gt;');
    expect(html).toContain('A &lt;CPU&gt;');
    expect(html).toContain('a'.repeat(64));
    for (const { id } of data.plan) expect(html).toContain(id);
  });

  it('names no host', () => {
    const html = renderHtml(data)
      .replaceAll('http://www.w3.org/2000/svg', '')
      .replaceAll('http://www.w3.org/1999/xlink', '');
    expect(html).not.toMatch(/https?:\/\//);
  });
});
