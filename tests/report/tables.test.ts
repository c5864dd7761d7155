import type { PlannedTrial } from '@bbb/core';
import {
  allSettings,
  pruningTable,
  renderCsv,
  renderJson,
  renderMarkdown,
  renderTerminal,
  reportTables,
  settingsOf,
  terminalTable,
  type Cell,
  type Column,
  type SweepData,
  type Table,
} from '@bbb/report';
import { describe, expect, it } from 'vitest';
import { fixtureSweep, noise, prunedBy, unfinished, type FixtureOptions } from '../support/made-up/sweep.js';

const study = fixtureSweep({
  hidden: [[500, 500]],
  seeds: [1, 2],
  shares: [0, 0.5, 0.9],
  accuracy: (_label, share, seed) => 0.98 - share / 10 - seed / 1000,
});
const table = pruningTable(settingsOf(study)[0]!);

describe('the overview', () => {
  const overview = (data: SweepData) => reportTables(data).find(({ id }) => id.startsWith('overview'));
  const column = (found: Table, key: string, row = 0) => {
    const at = found.columns.findIndex((one) => one.key === key);
    return found.rows[row]![at];
  };
  const mean = (cell: Cell | undefined) => (cell?.kind === 'estimate' ? cell.estimate.mean : undefined);

  it('has a row for each method: dense, usual sparsities, calibration, other sets, time and size', () => {
    const sized: SweepData = {
      ...study,
      results: study.results.map((result, i) => ({ ...result, checkpointBytes: 3_000_000 + i })),
    };
    const found = overview(sized)!;
    const keys = found.columns.map(({ key }) => key);
    expect(keys.slice(0, 6)).toEqual(['method', 'pruner', 'dense', 'share_0.9', 'nll', 'ece']);
    expect(keys.slice(6, -2).every((key) => key.startsWith('auroc_'))).toBe(true);
    expect(keys.slice(-2)).toEqual(['seconds_per_epoch', 'state_megabytes']);
    expect(found.rows).toHaveLength(settingsOf(sized)[0]!.groups.length);
    expect(mean(column(found, 'share_0.9'))).toBeCloseTo(0.8885, 10);
    expect(mean(column(found, 'state_megabytes'))).toBeCloseTo(3, 4);
    const [sgd] = settingsOf(sized)[0]!.groups;
    const dense = sgd!.results.map(
      ({ pruning }) => pruning.find(({ share }) => share === 0)!.evaluations.at(-1)!.metrics['nll'],
    );
    expect(mean(column(found, 'nll'))).toBeCloseTo(dense.reduce((a, b) => a + b, 0) / dense.length, 10);
  });

  it('shows more digits of epochs that take milliseconds', () => {
    const secondsOf = (seconds: number): Cell | undefined =>
      column(overview(fixtureSweep({ seeds: [0, 1], seconds: () => seconds }))!, 'seconds_per_epoch');
    expect(secondsOf(0.0042)).toMatchObject({ format: 'fixed4' });
    expect(secondsOf(0.42)).toMatchObject({ format: 'fixed2' });
  });

  it('leaves out the size if results do not have it, and does not exist for a single method', () => {
    expect(overview(study)!.columns.map(({ key }) => key)).not.toContain('state_megabytes');
    expect(overview(study)!.notes.join(' ')).not.toContain('State:');
    expect(overview(fixtureSweep({ labels: ['sgd'], seeds: [0, 1] }))).toBeUndefined();
  });
});

describe('pruning table', () => {
  it('has the mean and interval over seeds, by hand', () => {
    // Seeds 1 and 2 differ by 0.001: sd 0.000707, half-width 12.7062 * 0.0005 = 0.006353.
    const sgd = table.rows[0]!;
    expect(table.columns.map(({ key }) => key)).toContain('share_0.9');
    const at = table.columns.findIndex(({ key }) => key === 'share_0.9');
    const cell = sgd[at]!;
    if (cell.kind !== 'estimate') throw new Error(`not an estimate: ${cell.kind}`);
    expect(cell.estimate.mean).toBeCloseTo(0.8885, 10);
    expect(cell.estimate.high! - cell.estimate.mean).toBeCloseTo(0.0063531, 6);
  });

  it('shows published numbers beside ours, only in the row of the same criterion, with source and caveat', () => {
    const text = renderMarkdown(table);
    const rows = text.split('\n').filter((line) => line.startsWith('| bbb-mixture'));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain('98.22');
    expect(rows[1]).not.toContain('98.22');
    expect(text).toContain('Weight pruning and Uncertainty in Neural Networks, Table 1');
    expect(text).toContain('not read by the forward pass');
  });

  it('shows published pruned numbers only beside their criterion, and dense ones beside any', () => {
    const random = pruningTable(settingsOf(prunedBy(study, ['random']))[0]!);
    expect(random.columns.flatMap(({ key, published }) => (published ? [key] : []))).toEqual([
      'published0_0',
    ]);
    expect(renderMarkdown(random)).not.toContain('98.22');
    // If the published criterion is not the first, all published numbers are in the row of that criterion.
    const second = renderMarkdown(
      pruningTable(settingsOf(prunedBy(study, ['random', 'snr', 'magnitude']))[0]!),
    );
    const rows = second.split('\n').filter((line) => line.startsWith('| bbb-mixture'));
    expect(rows.map((row) => row.includes('98.22') && row.includes('98.20'))).toEqual([false, true, false]);
  });

  it('shows no published number for another size or data set', () => {
    const other = pruningTable(settingsOf(fixtureSweep({ seeds: [0] }))[0]!);
    expect(other.columns.some(({ published }) => published)).toBe(false);
    expect(other.notes.join(' ')).not.toContain('Published');
  });
});

describe('table of differences', () => {
  const testsOf = (
    accuracy: NonNullable<FixtureOptions['accuracy']>,
  ): { notes: string; tests: unknown[] } => {
    const data = fixtureSweep({ labels: ['sgd', 'bbb-mixture'], seeds: [0, 1], shares: [0, 0.9], accuracy });
    const { notes, rows } = reportTables(data).find(({ id }) => id.startsWith('differences'))!;
    return {
      notes: notes.join(' '),
      tests: rows.map((row) => (row.at(-1) as { readonly value: number }).value),
    };
  };

  it('shows in every row how many tests its p-value is adjusted for: those at its own sparsity', () => {
    const all = testsOf((label, share, seed) => 0.9 + 0.01 * noise(label, share, seed));
    expect(all.tests).toEqual([1, 1]);
    expect(all.notes).toContain('The table has 2 tests in all.');
    // Without pruning, every seed has the same difference, so there is nothing to test.
    const some = testsOf((label, share, seed) =>
      share === 0 ? (label === 'sgd' ? 0.5 : 0.75) : 0.9 + 0.01 * noise(label, seed),
    );
    expect(some.tests).toEqual([0, 1]);
    expect(some.notes).toContain('The table has 1 test in all.');
    expect(testsOf((label) => (label === 'sgd' ? 0.5 : 0.75)).notes).toMatch(
      /^No paired t-test was possible/,
    );
  });

  it('adjusts no p-value for the tests at other sparsities', () => {
    const rows = (shares: readonly number[]) => {
      const data = fixtureSweep({
        labels: ['sgd', 'a', 'b'],
        seeds: [0, 1, 2],
        shares,
        accuracy: (label, share, seed) => 0.9 + 0.01 * noise(label, share, seed),
      });
      const table = reportTables(data).find(({ id }) => id.startsWith('differences'))!;
      return table.rows.filter(([share]) => share!.kind === 'text' && share!.text === '90 %');
    };
    expect(rows([0, 0.5, 0.75, 0.9, 0.95])).toEqual(rows([0, 0.9]));
  });
});

describe('terminal', () => {
  it('fits into 100 columns, and shows every column of a wide table', () => {
    const text = terminalTable(fixtureSweep({ hidden: [[500, 500]] }));
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    for (const share of ['0 %', '50 %', '99.9 %', '[1] 90 %']) expect(text).toContain(share);
  });

  it('shows that one seed has no interval, instead of zero', () => {
    const text = terminalTable(fixtureSweep({ seeds: [3] }));
    expect(text).toContain('One seed: no interval');
    expect(text).not.toContain('±');
  });

  it('marks single-seed cells among others', () => {
    const data = unfinished(
      fixtureSweep({ seeds: [0, 1] }),
      ({ label, seed }) => label === 'sgd' || seed === 0,
    );
    const text = terminalTable(data);
    expect(text).toMatch(/sgd .*±/);
    expect(text).toMatch(/bbb-mixture .*\(1 seed\)/);
    expect(text).toContain('n = 1 to 2 seeds');
  });

  it('has a sentence for a sweep without results', () => {
    expect(terminalTable(unfinished(study, () => false))).toBe('No trial has finished yet.\n');
  });
});

describe('renderers', () => {
  const small: Table = {
    id: 'small',
    title: 'Small',
    columns: [
      { key: 'name', header: 'name', align: 'left' },
      { key: 'value', header: 'value', align: 'right' },
    ],
    rows: [
      [
        { kind: 'text', text: 'a, "b" | c' },
        {
          kind: 'estimate',
          format: 'percent',
          estimate: { n: 2, mean: 0.5, sd: 0.1, low: 0.4, high: 0.6, values: [0.45, 0.55] },
        },
      ],
      [
        { kind: 'text', text: 'd' },
        { kind: 'missing', reason: 'not measured' },
      ],
    ],
    notes: ['A note.'],
  };

  it('CSV has no formulas, and keeps numbers as numbers', () => {
    const formulas = [
      '=1+1',
      '+cmd|x',
      '-2+3',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      ' =1',
      '\uff1d1',
      '=HYPERLINK("http://x")',
    ];
    const texts = [...formulas, '-5', '+1.5e-3', '–', 'a=b', "it's"];
    const columns = ['a', 'b'].map((key): Column => ({ key, header: key, align: 'left' }));
    const rows = texts.map((value): Cell[] => [
      { kind: 'text', text: value },
      { kind: 'number', value: -0.25, format: 'points' },
    ]);
    const csv = renderCsv({ id: 't', title: '', columns, rows, notes: [] });
    const lines = csv.split('\r\n').slice(1, -1);
    expect(lines.map((line) => line.replace(/,-0\.25$/, ''))).toEqual([
      "'=1+1",
      "'+cmd|x",
      "'-2+3",
      "'@SUM(A1)",
      "'\t=1",
      '"\'\r=1"',
      "' =1",
      "'\uff1d1",
      '"\'=HYPERLINK(""http://x"")"',
      '-5',
      '+1.5e-3',
      '–',
      'a=b',
      "it's",
    ]);
    for (const line of lines) expect(line).toMatch(/,-0\.25$/);
  });

  it('CSV quotes by RFC 4180 and spreads estimates', () => {
    expect(renderCsv(small)).toBe(
      'name,value,value_low,value_high,value_n\r\n"a, ""b"" | c",0.5,0.4,0.6,2\r\nd,,,,\r\n',
    );
  });

  it('Markdown escapes characters that would break a cell', () => {
    expect(renderMarkdown(small)).toContain('| a, "b" \\| c | 50.00 ± 10.00 |');
  });

  it('JSON keeps all digits and every seed', () => {
    const parsed = JSON.parse(renderJson(small)) as { rows: { value: unknown }[] };
    expect(parsed.rows[0]!.value).toMatchObject({ mean: 0.5, values: [0.45, 0.55] });
    expect(parsed.rows[1]!.value).toBeNull();
  });

  it('the terminal repeats the first column when it wraps', () => {
    const lines = renderTerminal(small, { width: 12 }).split('\n');
    expect(lines[1]).toMatch(/^name +value$/);
    const wide: Table = {
      ...small,
      columns: [...small.columns, { key: 'more', header: 'more', align: 'right' }],
      rows: small.rows.map((row) => [...row, { kind: 'number', value: 1234567, format: 'count' }]),
    };
    const wrapped = renderTerminal(wide, { width: 25 }).split('\n');
    expect(wrapped.filter((line) => /^(name +more|d +1 234 567)$/.test(line))).toHaveLength(2);
    expect(wrapped.every((line) => line.length <= 25)).toBe(true);
  });
});

describe('settings', () => {
  it('shows the configuration that validation prefers, and says so', () => {
    const grid = fixtureSweep({ labels: ['sgd'], seeds: [0, 1], learningRates: [0.1, 1e-3, 1e-2] });
    const [setting] = settingsOf(grid);
    expect(setting!.groups.map(({ name }) => name)).toEqual(['sgd learningRate=0.001']);
    expect(pruningTable(setting!).notes.join(' ')).toContain('the test set had no say');
  });

  it('keeps every configuration when there is nothing to choose by', () => {
    const grid = fixtureSweep({ labels: ['sgd'], seeds: [0], learningRates: [0.1, 1e-3], validation: 0 });
    expect(settingsOf(grid)[0]!.groups).toHaveLength(2);
  });

  describe('of a grid in which some seeds failed', () => {
    const grid = fixtureSweep({ labels: ['sgd'], seeds: [0, 1, 2], learningRates: [1e-3, 1e-2] });
    const rate = ({ trial }: PlannedTrial): number => trial.training.optimizer.learningRate;
    const notes = (data: SweepData): string => pruningTable(settingsOf(data)[0]!).notes.join(' ');
    const shown = (data: SweepData): string[] => settingsOf(data)[0]!.groups.map(({ name }) => name);

    it('chooses among the configurations with all seeds, even if others are better', () => {
      const lucky = unfinished(grid, (planned) => rate(planned) === 1e-2 || planned.seed === 0);
      expect(shown(lucky)).toEqual(['sgd learningRate=0.01']);
      expect(notes(lucky)).toContain('of those with all their seeds done');
      expect(notes(lucky)).not.toContain('No configuration');
    });

    it('chooses among those with the most seeds if none has all, and says so', () => {
      const none = unfinished(grid, (planned) => planned.seed < (rate(planned) === 1e-2 ? 2 : 1));
      expect(shown(none)).toEqual(['sgd learningRate=0.01']);
      expect(notes(none)).toContain(
        'No configuration of sgd has all its seeds done: the one shown is of those with the most, 2 of 3.',
      );
    });

    it('names the varied options also for the only configuration with results', () => {
      expect(shown(unfinished(grid, (planned) => rate(planned) === 1e-2))).toEqual(['sgd learningRate=0.01']);
    });
  });

  it('writes numbers short, as in the plan, and in full if they would look equal', () => {
    const names = (learningRates: readonly number[]): string[] =>
      allSettings(fixtureSweep({ labels: ['sgd'], seeds: [0], shares: [0], learningRates }))[0]!.groups.map(
        ({ name }) => name,
      );
    expect(names([0.0024787521766663585, 0.001])).toEqual([
      'sgd learningRate=0.0024788',
      'sgd learningRate=0.001',
    ]);
    expect(names([0.0024787521, 0.0024787522])).toEqual([
      'sgd learningRate=0.0024787521',
      'sgd learningRate=0.0024787522',
    ]);
  });
});
