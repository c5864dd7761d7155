import { dot, lineY, ruleX, ruleY, text } from '@observablehq/plot';
import type { Histogram } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { cumulative, density, pool, quantile } from '../data/histogram.js';
import { sharesOf } from '../data/measure.js';
import { formatShare } from '../tables/format.js';
import { xAxis } from './axes.js';
import { composeFigure, type Panel } from './compose.js';
import type { Figure } from './figure.js';
import type { Style, StyleOf } from './style.js';

interface Distribution {
  readonly group: Group;
  readonly style: Style;
  readonly histogram: Histogram;
}

/**
 * Density and cumulative distribution of the signal-to-noise ratio abs(mu)/sigma in dB (Figure 4 of the paper), with the
 * ratio below which each pruned share lies.
 * @returns undefined if no method has a posterior with a sigma
 */
export function snrFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const all = setting.groups.flatMap((group): Distribution[] => {
    const histogram = pool(group.results.flatMap(({ snr }) => snr?.histogram ?? []));
    return histogram ? [{ group, style: styleOf(group), histogram }] : [];
  });
  if (all.length === 0) return undefined;
  const shares = sharesOf(all.map(({ group }) => group)).filter((share) => share > 0 && share < 1);
  const domain = [
    Math.floor(Math.min(...all.map(({ histogram }) => quantile(histogram, 0.002) ?? histogram.low)) / 5) * 5,
    Math.ceil(Math.max(...all.map(({ histogram }) => quantile(histogram, 0.999) ?? histogram.high)) / 5) * 5,
  ];
  return composeFigure({
    id: 'snr',
    title: `Signal-to-noise ratio of the weights: ${settingTitle(setting)}`,
    description: `Density and cumulative distribution of 20 log10(abs(mu)/sigma) for ${all.map(({ group }) => group.name).join(', ')}, with the cut at each pruned share.`,
    legend: all.map(({ group, style }) => ({ name: group.name, style, as: 'dash' })),
    rows: [
      [panel('density (per dB)', all, shares, domain, 'density')],
      [panel('cumulative share of weights (%)', all, shares, domain, 'cumulative')],
    ],
    caption: `All weights and biases of all seeds together. ${single(all) ? 'Vertical lines and dots' : 'Dots'}: the ratio below which the given share of weights lies, which is where pruning by this ratio cuts.`,
  });
}

function panel(
  title: string,
  all: readonly Distribution[],
  shares: readonly number[],
  domain: readonly number[],
  kind: 'density' | 'cumulative',
): Panel {
  const [low = 0, high = 0] = domain;
  const curve = ({ histogram }: Distribution) =>
    (kind === 'density'
      ? density(histogram)
      : cumulative(histogram).map(({ x, y }) => ({ x, y: y * 100 }))
    ).filter(({ x }) => x >= low && x <= high);
  const cuts = all.flatMap(({ group, histogram, style }) =>
    shares.flatMap((share) => {
      const x = quantile(histogram, share);
      const title = `${group.name}: ${formatShare(share)} of the weights are below ${x?.toFixed(1)} dB`;
      return x === undefined
        ? []
        : [{ x, y: share * 100, title, color: style.color, label: formatShare(share) }];
    }),
  );
  const top = Math.max(...all.flatMap((one) => curve(one).map(({ y }) => y)));
  return {
    title,
    options: {
      width: 720,
      height: kind === 'density' ? 210 : 240,
      marginLeft: 52,
      marginTop: 22,
      marginBottom: kind === 'density' ? 26 : 42,
      x: xAxis(kind === 'density' ? null : 'signal-to-noise ratio (dB)', { domain: [...domain] }),
      y: { label: null, grid: true, ticks: 5, domain: [0, kind === 'density' ? top * 1.05 : 100] },
      marks: [
        ruleY([0], { strokeOpacity: 0.4 }),
        // Labels of cuts would lie on top of each other with several methods: then the dots have titles alone.
        ...(single(all)
          ? [
              ruleX(cuts, {
                x: 'x',
                stroke: 'currentColor',
                strokeOpacity: 0.5,
                strokeDasharray: '3 3',
                title: 'title',
              }),
              ...(kind === 'density'
                ? [
                    text(spaced(cuts, domain), {
                      x: 'x',
                      text: 'label',
                      frameAnchor: 'top',
                      dy: -14,
                      fontSize: 11,
                    }),
                  ]
                : []),
            ]
          : []),
        ...all.map((one) =>
          lineY(curve(one), {
            x: 'x',
            y: 'y',
            stroke: one.style.color,
            strokeWidth: 1.8,
            ...(all.length > 1 && one.style.dash !== 'none' ? { strokeDasharray: one.style.dash } : {}),
          }),
        ),
        ...(kind === 'cumulative'
          ? [
              dot(cuts, {
                x: 'x',
                y: 'y',
                r: 3.5,
                fill: (cut: { color: string }) => cut.color,
                title: 'title',
              }),
            ]
          : []),
      ],
    },
  };
}

/** Whether there is room for a vertical line with a label at each cut. */
function single(all: readonly Distribution[]): boolean {
  return all.length === 1;
}

/** Labels far enough apart to be read: of a crowd, the first. */
function spaced<T extends { readonly x: number }>(
  cuts: readonly T[],
  [low = 0, high = 1]: readonly number[],
): T[] {
  const apart = (high - low) / 22;
  return cuts.reduce<T[]>((kept, cut) => {
    const last = kept.at(-1);
    return !last || cut.x - last.x >= apart ? [...kept, cut] : kept;
  }, []);
}
