import { accuracyPoints } from '../figures/accuracy.js';
import { INTERVALS, percentAxis, shareAxis, shareLabel } from '../figures/axes.js';
import { composeFigure, type Panel } from '../figures/compose.js';
import { inRows } from '../figures/criteria.js';
import type { Figure } from '../figures/figure.js';
import { lineMarks } from '../figures/lines.js';
import type { Style } from '../figures/style.js';
import { mainPruner, sharesOf } from '../data/measure.js';
import type { Match } from './match.js';

const A: Style = { color: '#0072b2', dash: 'none', symbol: 'circle' };
const B: Style = { color: '#d55e00', dash: '7 3', symbol: 'square' };

/** Accuracy by share in both sweeps, a panel for each method. */
export function changesFigure(matches: readonly Match[], [a, b]: readonly [string, string]): Figure {
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
        y: percentAxis('test accuracy (%)', [0, 100]),
        marks: [
          ...lineMarks(accuracyPoints(match.a, shares, mainPruner(match.a), shareLabel), A),
          ...lineMarks(accuracyPoints(match.b, shares, mainPruner(match.b), shareLabel), B),
        ],
      },
    };
  });
  return composeFigure({
    id: 'changes',
    title: 'Test accuracy by share of weights removed, A and B',
    description: `Test accuracy of ${matches.map(({ a: group }) => group.name).join(', ')} in A (${a}) and B (${b}), a panel for each method.`,
    legend: [
      { name: `A: ${a}`, style: A },
      { name: `B: ${b}`, style: B },
    ],
    rows: inRows(panels, 2),
    caption: `${INTERVALS} Shares are evenly spaced, not to scale.`,
  });
}
