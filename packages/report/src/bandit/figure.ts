import { axisY, gridY } from '@observablehq/plot';
import type { BanditRun } from '@bbb/core';
import { INTERVALS, xAxis } from '../figures/axes.js';
import { composeFigure } from '../figures/compose.js';
import type { Figure } from '../figures/figure.js';
import { lineMarks, type LinePoint } from '../figures/lines.js';
import { logTicks } from '../figures/log-ticks.js';
import { stylesOfLabels } from '../figures/style.js';
import { estimate } from '../stats/estimate.js';
import { agentsOf } from './agents.js';

/** Cumulative regret by round, one line for each agent. */
export function regretFigure(runs: readonly BanditRun[], title: string): Figure {
  const agents = agentsOf(runs);
  const styleOf = stylesOfLabels(agents.map(({ agent }) => agent));
  const lines = agents.map(({ agent, runs: own }) => ({
    style: styleOf({ label: agent, name: agent }),
    points: pointsOf(agent, own),
  }));
  const values = lines.flatMap(({ points }) =>
    points.flatMap(({ mean, low = mean, high = mean }) => [low, high]),
  );
  const ticks = values.length > 0 ? logTicks(Math.min(...values), Math.max(...values)) : [];
  const seeds = Math.max(...agents.map(({ runs: own }) => own.length));
  return composeFigure({
    id: 'regret',
    title,
    description: 'Cumulative regret of each agent by round, on a logarithmic vertical axis.',
    legend: lines.map(({ style }, i) => ({ name: agents[i]!.agent, style, as: 'dash' })),
    rows: [
      [
        {
          options: {
            width: 760,
            height: 380,
            marginLeft: 56,
            marginTop: 10,
            marginBottom: 42,
            x: xAxis('round'),
            y: { type: 'log', label: null, axis: null },
            marks: [
              gridY(ticks),
              axisY(ticks, { label: null, text: ticks.map(String) }),
              ...lines.flatMap(({ points, style }) => lineMarks(points, style, { markers: false })),
            ],
          },
        },
      ],
    ],
    caption: `${seeds === 1 ? 'One seed: no intervals.' : `${INTERVALS} n = ${seeds} seeds.`} Regret is the expected reward missed beside one who knows every class.`,
  });
}

/** A logarithmic axis can't show zero, so rounds before the first mistake of any seed are left out. */
function pointsOf(agent: string, runs: readonly BanditRun[]): LinePoint[] {
  return runs[0]!.rounds.flatMap((round, i): LinePoint[] => {
    const mean = estimate(runs.map(({ regret }) => regret[i]!))!;
    if (mean.mean <= 0) return [];
    const band = mean.low === undefined ? {} : { low: Math.max(mean.low, mean.mean / 10), high: mean.high! };
    return [
      { x: round, mean: mean.mean, ...band, title: `${agent}, round ${round}: ${mean.mean.toFixed(0)}` },
    ];
  });
}
