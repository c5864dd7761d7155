import { banditSchema, type BanditRun } from '@bbb/core';
import { banditFiles, banditTableOf } from '@bbb/report';
import { describe, expect, it } from 'vitest';

const settings = banditSchema.parse({
  agents: [{ name: 'a', method: 'a' }],
  likelihood: { use: 'gaussian' },
  rounds: 40,
  bad: 'poison',
});
const run = (agent: string, seed: number, regret: number[]): BanditRun => ({
  agent,
  seed,
  rounds: [10, 20, 30, 40],
  regret,
  eaten: { good: 10, bad: 2 + seed },
  passed: { good: 5, bad: 23 - seed },
  seconds: 1.5,
});
const story = {
  dataset: 'berries | <b>',
  settings,
  runs: [
    run('thompson', 0, [0, 10, 12, 14]),
    run('thompson', 1, [5, 20, 22, 22]),
    run('<script>', 0, [10, 30, 50, 70]),
    run('<script>', 1, [10, 40, 60, 90]),
  ],
};

describe('the report of a bandit', () => {
  it('has means over seeds of the regret, in total and in the second half', () => {
    const { rows } = banditTableOf(story);
    const values = rows.map((row) =>
      row.map((cell) => (cell.kind === 'estimate' ? cell.estimate.mean : undefined)),
    );
    expect(values).toEqual([
      [undefined, 18, 3, 2.5, 5, 1.5],
      [undefined, 80, 45, 2.5, 5, 1.5],
    ]);
    const [first] = rows;
    const regret = first![1]!;
    // Student's t with one degree of freedom: 12.706 standard errors of 4.
    expect(regret.kind === 'estimate' && regret.estimate.high! - regret.estimate.mean).toBeCloseTo(
      12.7062 * 4,
      2,
    );
  });

  it('has the same bytes for the same runs, and shows names as text', () => {
    const files = banditFiles(story);
    expect(files.map(({ path }) => path)).toEqual(['bandit.md', 'bandit.csv', 'figures/regret.svg']);
    expect(banditFiles(story)).toEqual(files);
    const [page, , figure] = files.map(({ content }) => String(content));
    expect(page).not.toMatch(/<script>|<b>/);
    expect(figure).not.toContain('<script>');
    expect(figure).toMatch(/n = 2 seeds/);
  });

  it('draws agents without regret so far, and a single seed', () => {
    const files = banditFiles({ ...story, runs: [run('one', 0, [0, 0, 0, 0])] });
    expect(String(files[2]!.content)).toContain('One seed: no intervals.');
  });
});
