import { compareReports, comparisonFiles, renderMarkdown, REPORT_FORMATS } from '@bbb/report';
import { describe, expect, it } from 'vitest';
import { fixtureSweep, noise } from '../support/made-up/sweep.js';

const sweep = (offset: number, extra: Parameters<typeof fixtureSweep>[0] = {}) =>
  fixtureSweep({
    labels: ['sgd', 'bbb-mixture'],
    seeds: [0, 1, 2, 3],
    shares: [0, 0.9],
    accuracy: (label, share, seed) => 0.9 + 0.01 * noise(label, share, seed) + (label === 'sgd' ? offset : 0),
    ...extra,
  });

describe('compareReports', () => {
  it('finds no difference between equal results', () => {
    const { answer, tables } = compareReports(sweep(0), sweep(0));
    expect(answer.sentence).toBe(
      'With 90 % of the weights removed, B is the same as A for sgd and bbb-mixture.',
    );
    expect(tables[1]!.rows.map((row) => row[2])).toEqual([
      { kind: 'text', text: 'the same options' },
      { kind: 'text', text: 'the same options' },
    ]);
  });

  it('pairs by seed: a small shift of every seed stands out from a larger spread over seeds', () => {
    const shifted = sweep(0, {
      accuracy: (label, share, seed) =>
        0.9 + 0.01 * noise(label, share, seed) + (label === 'sgd' ? 0.002 + 0.0001 * noise(seed, share) : 0),
    });
    const { answer, tables } = compareReports(sweep(0), shifted);
    expect(answer.sentence).toBe(
      'With 90 % of the weights removed, B is better than A for sgd; B is the same as A for bbb-mixture.',
    );
    expect(renderMarkdown(answer.table)).toMatch(/\| sgd \|.*\| \+0\.2\d ± 0\.0\d \| B is better \|/);
    // The number of tests: one for each method at each sparsity.
    expect(tables[0]!.rows.map((row) => row.at(-1))).toEqual(
      [2, 2, 2, 2].map((value) => ({ kind: 'number', value, format: 'count' })),
    );
  });

  it('shows the setting of each method if there are several', () => {
    const hidden = [[20], [30]];
    const { answer } = compareReports(sweep(0, { hidden }), sweep(0, { hidden }));
    expect(answer.sentence).toContain('sgd (mnist, hidden 20), ');
    expect(answer.table.rows.map(([setting]) => setting)).toContainEqual({
      kind: 'text',
      text: 'mnist, hidden 30',
    });
  });

  it('answers at the requested sparsity, and corrects only for its own methods', () => {
    const a = sweep(0);
    const b = sweep(0, { accuracy: (label, share, seed) => 0.8 + 0.01 * noise(label, share, seed, 'b') });
    const { answer } = compareReports(a, b, ['A', 'B'], 0);
    expect(answer.sentence).toMatch(/^Without pruning, /);
    expect(answer.table.notes.join(' ')).toContain('corrected for 2 comparisons');
    expect(() => compareReports(a, b, ['A', 'B'], 0.5)).toThrow(
      expect.objectContaining({ code: 'E_REPORT_SPARSITY' }),
    );
  });

  it('uses the sparsity at which A and B differ most on the validation images', () => {
    const shares = [0, 0.5, 0.9];
    const b = sweep(0, {
      shares,
      accuracy: (_label, share) => (share === 0.9 ? 0.2 : 0.9),
      validationAccuracy: (label, share, seed) =>
        0.9 + 0.01 * noise(label, share, seed) - (share === 0.5 ? 0.3 : 0),
    });
    expect(compareReports(sweep(0, { shares }), b).answer.sentence).toMatch(/^With 50 % /);
  });

  it('lists the options that changed, and those that only one sweep has', () => {
    const { tables } = compareReports(sweep(0), sweep(0, { epochs: 9, labels: ['sgd', 'dropout-0.5'] }));
    const cells = tables[1]!.rows.map((row) =>
      row.map((cell) => (cell.kind === 'text' ? cell.text : '')).join('|'),
    );
    expect(cells[0]).toContain('training.epochs: 5 -> 9');
    expect(cells).toContain('|bbb-mixture (mnist, hidden 20-20)|only in A');
    expect(cells).toContain('|dropout-0.5 (mnist, hidden 20-20)|only in B');
  });

  it('says what became worse', () => {
    const worse = sweep(0, {
      accuracy: (label, share, seed) => 0.7 + 0.01 * noise(label, share, seed, 'worse'),
    });
    expect(compareReports(sweep(0), worse).answer.sentence).toMatch(
      /B is worse than A for sgd and bbb-mixture\.$/,
    );
  });

  it('names the data of the numbers if B has other data', () => {
    const a = sweep(0);
    const of = (name: string, sha256: string): typeof a => ({
      ...a,
      results: a.results.map((result) => ({
        ...result,
        dataset: name,
        dataSha256: { ...result.dataSha256, 'train-images': sha256.repeat(64) },
      })),
    });
    const title = (b: typeof a): string => compareReports(of('mnist', 'a'), b).answer.table.title;
    expect(title(of('mnist', 'a'))).toMatch(/: mnist, hidden 20-20$/);
    expect(title(of('mnist', 'd'))).toMatch(/: mnist, hidden 20-20 \(of other data in B\)$/);
    expect(title(of('letters', 'd'))).toMatch(/: mnist, hidden 20-20 \/ letters, hidden 20-20$/);
  });

  it('does not call options the same if the data differ', () => {
    const own = sweep(0);
    const others = {
      ...own,
      results: own.results.map((result) => ({
        ...result,
        dataSha256: { ...result.dataSha256, 'train-images': 'd'.repeat(64) },
      })),
    };
    const cells = compareReports(own, others).tables[1]!.rows.map((row) => row[2]);
    const text = `data train-images: SHA-256 ${'a'.repeat(12)} -> ${'d'.repeat(12)}`;
    expect(cells).toEqual([
      { kind: 'text', text },
      { kind: 'text', text },
    ]);
  });

  it('does not pair a seed that only one sweep has', () => {
    const { tables, answer } = compareReports(sweep(0), sweep(0.5, { seeds: [8, 9] }));
    expect(tables[0]!.rows.every((row) => row[5]!.kind === 'missing')).toBe(true);
    expect(answer.sentence).toContain('nothing could be tested for sgd and bbb-mixture');
  });

  it('refuses sweeps that have nothing in common, with their names', () => {
    expect(() =>
      compareReports(sweep(0, { labels: ['sgd'] }), sweep(0, { labels: ['sgd'], dataset: 'fashion-mnist' })),
    ).toThrow(expect.objectContaining({ code: 'E_NOTHING_TO_COMPARE' }) as Error);
  });

  it("is written in all formats except TensorBoard's", () => {
    const files = comparisonFiles(compareReports(sweep(0), sweep(0.01)), REPORT_FORMATS);
    expect(files.map(({ path }) => path)).toEqual([
      'compare.html',
      'compare.md',
      'compare-answer.csv',
      'compare-changes.csv',
      'compare-options.csv',
      'compare.json',
      'compare-changes.svg',
      'compare-changes.png',
    ]);
  });
});
