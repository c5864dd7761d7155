import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { estimateOver, findPruning, mainPruner, sharesOf } from '../data/measure.js';
import { formatShare } from '../tables/format.js';
import { composeFigure, type Panel } from './compose.js';
import { inRows } from './criteria.js';
import type { Figure } from './figure.js';
import { lineMarks, spreadOf, type LinePoint } from './lines.js';
import type { StyleOf } from './style.js';
import { INTERVALS, seedsOf, shareAxis, shareLabel } from './axes.js';

const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '4 2', '1 3 6 3'];

/** The share removed from every tensor against the share removed from the whole network, a panel for each method. */
export function sparsityFigure(setting: Setting, styleOf: StyleOf): Figure {
  const shares = sharesOf(setting.groups).filter((share) => share > 0);
  const names = largeTensors(setting);
  const panels = setting.groups.map((group): Panel => {
    const { color, symbol } = styleOf(group);
    return {
      title: `${group.name}, by ${mainPruner(group)}`,
      options: {
        width: 300,
        height: 230,
        marginLeft: 40,
        marginTop: 10,
        marginBottom: 42,
        x: shareAxis(shares, 'removed of all (%)'),
        y: { domain: [0, 100], label: null, grid: true, ticks: 5 },
        marks: names.flatMap((name, i) =>
          lineMarks(
            points(group, name, shares),
            { color, symbol, dash: DASHES[i % DASHES.length]! },
            { markers: false },
          ),
        ),
      },
    };
  });
  return composeFigure({
    id: 'sparsity',
    title: `Where the removed weights were: ${settingTitle(setting)}`,
    description: `Share of zeros in each of ${names.join(', ')} against the share removed of the whole network, a panel for each method.`,
    legend: names.map((name, i) => ({
      name,
      style: { color: 'currentColor', dash: DASHES[i % DASHES.length]!, symbol: 'circle' },
      as: 'dash',
    })),
    rows: inRows(panels, 3),
    caption: `Zeros in each large tensor (%). ${INTERVALS} ${seedsOf(setting.groups)} Sparsities are evenly spaced, not to scale.`,
  });
}

/** Only tensors with at least 1 % of the largest one's weights: biases would crowd the panels. */
function largeTensors({ groups }: Setting): string[] {
  const sizes = new Map(
    groups.flatMap(({ results }) =>
      Object.entries(results[0]!.pruning[0]?.layers ?? {}).map(([name, [, size]]) => [name, size] as const),
    ),
  );
  const largest = Math.max(0, ...sizes.values());
  return [...sizes].filter(([, size]) => size * 100 >= largest).map(([name]) => name);
}

function points(group: Group, name: string, shares: readonly number[]): LinePoint[] {
  return shares.flatMap((share): LinePoint[] => {
    const value = estimateOver(group, (result) => {
      const layer = findPruning(result, { pruner: mainPruner(group), share })?.layers[name];
      return layer && layer[1] > 0 ? (layer[0] / layer[1]) * 100 : undefined;
    });
    if (!value) return [];
    return [
      {
        x: shareLabel(share),
        mean: value.mean,
        ...spreadOf(value, 1, [0, 100]),
        title: `${group.name}, ${name}: ${value.mean.toFixed(2)} % zeros at ${formatShare(share)} of all`,
      },
    ];
  });
}
