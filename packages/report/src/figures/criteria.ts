import { settingTitle, type Setting } from '../data/groups.js';
import { capitalised } from '../answer/words.js';
import { metricOf } from '../data/headline-metric.js';
import { prunersOf, sharesOf } from '../data/measure.js';
import { headlinePoints } from './headline.js';
import { composeFigure, type Panel } from './compose.js';
import type { Figure } from './figure.js';
import { lineMarks } from './lines.js';
import type { Style } from './style.js';
import { headlineAxis, INTERVALS, seedsOf, shareAxis, shareLabel } from './axes.js';

/** Criteria are drawn in grey, because colours stand for methods. */
const LOOKS: readonly Style[] = [
  { color: 'currentColor', dash: 'none', symbol: 'circle' },
  { color: '#7a7f87', dash: '7 3', symbol: 'square' },
  { color: '#5b7fa6', dash: '2 3', symbol: 'triangle' },
  { color: '#a07850', dash: '9 3 2 3', symbol: 'diamond' },
  { color: '#7f6aa0', dash: '4 2', symbol: 'star' },
];

/**
 * The same networks pruned by different criteria, a panel for each method that has several.
 * @returns undefined if none has
 */
export function criteriaFigure(setting: Setting): Figure | undefined {
  const groups = setting.groups.filter((group) => prunersOf(group).length > 1);
  if (groups.length === 0) return undefined;
  const pruners = [...new Set(groups.flatMap(prunersOf))];
  const look = (pruner: string): Style => LOOKS[pruners.indexOf(pruner) % LOOKS.length]!;
  const shares = sharesOf(groups);
  const metric = metricOf(setting.groups);
  const panels = groups.map((group): Panel => ({
    title: group.name,
    options: {
      width: groups.length === 1 ? 720 : 410,
      height: 270,
      marginLeft: 44,
      marginBottom: 42,
      x: shareAxis(shares),
      y: headlineAxis(groups, shares),
      marks: prunersOf(group).flatMap((pruner) =>
        lineMarks(headlinePoints(group, shares, pruner, shareLabel, metric), look(pruner)),
      ),
    },
  }));
  return composeFigure({
    id: 'criteria',
    title: `Pruning criteria compared: ${settingTitle(setting)}`,
    description: `${capitalised(metric.name)} by sparsity, a line for each of ${pruners.join(', ')}, a panel for each of ${groups.map(({ name }) => name).join(', ')}.`,
    legend: pruners.map((pruner) => ({ name: pruner, style: look(pruner) })),
    rows: inRows(panels, 2),
    caption: `${INTERVALS} ${seedsOf(groups)} Sparsities are evenly spaced, not to scale.`,
  });
}

/** Splits panels into rows of this length. */
export function inRows<T>(panels: readonly T[], columns: number): T[][] {
  return panels.flatMap((_, i) => (i % columns === 0 ? [panels.slice(i, i + columns)] : []));
}
