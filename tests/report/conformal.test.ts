import { reportFigures, reportTables, settingsOf, standaloneSvg, stylesOf } from '@bbb/report';
import { describe, expect, it } from 'vitest';
import { conformalFigure } from '../../packages/report/src/figures/conformal.js';
import { conformalTable } from '../../packages/report/src/tables/conformal.js';
import { fixtureSweep, withSets } from '../support/made-up/sweep.js';

const plain = fixtureSweep({ labels: ['sgd', 'bbb-mixture'], seeds: [0, 1, 2], shares: [0, 0.9, 0.98] });
const data = withSets(plain);
const setting = settingsOf(data)[0]!;

describe('the table of conformal sets', () => {
  const table = conformalTable(setting)!;
  const column = (key: string): number => table.columns.findIndex((one) => one.key === key);

  it('has coverage and size with their intervals, and the worst class', () => {
    const [row] = table.rows;
    const coverage = row![column('coverage_lac')]!;
    expect(coverage).toMatchObject({ kind: 'estimate', estimate: { n: 3 } });
    if (coverage.kind !== 'estimate') throw new Error('no estimate');
    expect(coverage.estimate.mean).toBeCloseTo(0.901, 12);
    // t(0.975, 2) 0.001 / sqrt(3)
    expect(coverage.estimate.high! - coverage.estimate.mean).toBeCloseTo(
      (4.302653 * 0.001) / Math.sqrt(3),
      8,
    );
    expect(row![column('worst_lac')]).toMatchObject({
      estimate: { mean: expect.closeTo(0.8, 12) as number },
    });
    expect(row![column('temperature')]).toMatchObject({ estimate: { mean: 1.25 } });
  });

  it('explains its words, and what it was fitted on', () => {
    const notes = table.notes.join(' ');
    for (const word of [
      'conformal set',
      'LAC',
      'APS',
      'Temperature',
      '90 %',
      '500 examples',
      '--calibration',
    ])
      expect(notes).toContain(word);
  });
});

describe('the figure', () => {
  it('shows set size at 90 % coverage against the share, and the requested coverage', () => {
    const figure = conformalFigure(setting, stylesOf(data))!;
    expect(figure.title).toContain('Set size at 90 % coverage');
    const svg = standaloneSvg(figure);
    expect(svg).toContain('classes in a set at 90 % coverage');
    expect(svg).toContain('test labels in their set (%)');
  });
});

it('shows nothing for results without calibration', () => {
  const ids = [...reportTables(plain), ...reportFigures(plain)].map(({ id }) => id);
  expect(ids.filter((id) => id.startsWith('conformal'))).toEqual([]);
  const found = [...reportTables(data), ...reportFigures(data)].map(({ id }) => id);
  expect(found.filter((id) => id.startsWith('conformal')).length).toBe(2);
});
