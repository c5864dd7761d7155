import type { BanditRun, BanditSettings } from '@bbb/core';
import { standaloneSvg } from '../figures/figure.js';
import type { ReportFile } from '../files.js';
import { estimate } from '../stats/estimate.js';
import { renderCsv, tableMarkdown } from '../tables/render.js';
import { estimated, left, right, text, type Table } from '../tables/table.js';
import { gfm } from '../markup/markdown.js';
import { agentsOf } from './agents.js';
import { regretFigure } from './figure.js';

/** The game and its runs. */
export interface BanditStory {
  /** Name of the table's data set. */
  readonly dataset: string;
  readonly settings: BanditSettings;
  /** One run for each agent and seed. The runs of an agent are in the order of seeds. */
  readonly runs: readonly BanditRun[];
}

/**
 * The cumulative regret of every agent, and what it ate.
 * @param story data set, settings and the runs of all agents
 */
export function banditTableOf({ dataset, settings, runs }: BanditStory): Table {
  const over = (
    own: readonly BanditRun[],
    of: (run: BanditRun) => number,
    format: 'fixed1' | 'seconds' = 'fixed1',
  ) => estimated(estimate(own.map(of)), format);
  return {
    id: 'bandit',
    title: `Regret after ${settings.rounds} rounds: ${dataset}`,
    columns: [
      left('agent', 'agent'),
      right('regret', 'regret'),
      right('regret_second_half', 'of it in the second half'),
      right('bad_eaten', 'poisonous eaten'),
      right('good_passed', 'edible passed'),
      right('seconds', 'seconds'),
    ],
    rows: agentsOf(runs).map(({ agent, runs: own }) => [
      text(agent),
      over(own, ({ regret }) => regret.at(-1)!),
      over(own, secondHalf),
      over(own, ({ eaten }) => eaten.bad),
      over(own, ({ passed }) => passed.good),
      over(own, ({ seconds }) => seconds, 'seconds'),
    ]),
    notes: [
      `Eating what is edible gives ${settings.rewards.good}, what is poisonous (class ${String(settings.bad)}) ${settings.rewards.bad} with probability ${settings.rewards.chance}, else ${settings.rewards.good}; passing gives 0. Regret is counted in expectation, beside one who knows every class.`,
      'Agents of one seed are shown the same rows in the same order. Times are of this machine, and not comparable where runs disturbed each other.',
    ],
  };
}

function secondHalf({ rounds, regret }: BanditRun): number {
  const half = rounds.findLastIndex((round) => round <= rounds.at(-1)! / 2);
  return regret.at(-1)! - (half < 0 ? 0 : regret[half]!);
}

/**
 * `bandit.md`, `bandit.csv` and `figures/regret.svg`. The same runs give the same bytes.
 * @param story data set, settings and the runs of all agents
 */
export function banditFiles(story: BanditStory): ReportFile[] {
  const table = banditTableOf(story);
  const figure = regretFigure(story.runs, `Cumulative regret: ${story.dataset}`);
  const { rounds, buffer, steps, every, draws } = story.settings;
  const page = gfm`# A bandit on ${story.dataset}

${tableMarkdown(table)}
![Cumulative regret by round](figures/regret.svg)

${rounds} rounds; after every ${every} of them ${steps} training steps on the last ${buffer}. Who samples averages ${draws} draws of the weights before it acts.
`;
  return [
    { path: 'bandit.md', content: String(page) },
    { path: 'bandit.csv', content: renderCsv(table) },
    { path: 'figures/regret.svg', content: standaloneSvg(figure) },
  ];
}
