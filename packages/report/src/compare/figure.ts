import { headlinePoints } from '../figures/headline.js';
import { headlineAxis, INTERVALS, shareAxis, shareLabel } from '../figures/axes.js';
import { composeFigure, type Panel } from '../figures/compose.js';
import { inRows } from '../figures/criteria.js';
import type { Figure } from '../figures/figure.js';
import { lineMarks } from '../figures/lines.js';
import type { Style } from '../figures/style.js';
import { capitalised } from '../answer/words.js';
import { metricOf } from '../data/headline-metric.js';
import { mainPruner, sharesOf } from '../data/measure.js';
import { groupsOf, type Match } from './match.js';

const A: Style = { color: '#0072b2', dash: 'none', symbol: 'circle' };
const B: Style = { color: '#d55e00', dash: '7 3', symbol: 'square' };

/** The headline by share in both sweeps, a panel for each method. */
export function changesFigure(matches: readonly Match[], [a, b]: readonly [string, string]): Figure {
  const metric = metricOf(matches.flatMap(groupsOf));
  const name = capitalised(metric.name);
  const panels = matches.map((match): Panel => {
    const shares = sharesOf([match.a, match.b]);
    return {
      title: `${match.a.name}, ${match.setting}`,
      options: {
        width: 410,
        height: 250,
        marginLeft: 44,
        marginBottom: 42,
        x: shareAxis(shares),
        y: headlineAxis([match.a, match.b], shares),
        marks: [
          ...lineMarks(headlinePoints(match.a, shares, mainPruner(match.a), shareLabel, metric), A),
          ...lineMarks(headlinePoints(match.b, shares, mainPruner(match.b), shareLabel, metric), B),
        ],
      },
    };
  });
  return composeFigure({
    id: 'changes',
    title: `${name} by sparsity, A and B`,
    description: `${name} of ${matches.map(({ a: group }) => group.name).join(', ')} in A (${a}) and B (${b}), a panel for each method.`,
    legend: [
      { name: `A: ${a}`, style: A },
      { name: `B: ${b}`, style: B },
    ],
    rows: inRows(panels, 2),
    caption: `${INTERVALS} Sparsities are evenly spaced, not to scale.`,
  });
}
