import type { ByteImage, FirstLayerReport } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { svg, type Content } from '../markup/markup.js';
import { formatShare } from '../tables/format.js';
import { composeFigure, type RawPanel } from './compose.js';
import type { Figure } from './figure.js';
import { DIVERGING, imageMarkup, SEQUENTIAL, type Palette } from './image.js';
import { nameMarkup } from './names.js';
import { pick } from './spread.js';

const SIZE = 72;
const GAP = 8;
const NAME = 130;
const UNITS = 8;

interface Tile {
  readonly image: ByteImage;
  readonly palette: Palette;
  readonly label: string;
  /** The values of the palest and the darkest pixel. */
  readonly range?: string;
}

/**
 * The input pixels that the first layer uses: for each method, over all hidden units the mean magnitude, the mean sigma and the share
 * of weights kept, as images of the input.
 * @returns undefined if no trial kept them
 */
export function firstLayerFigure(setting: Setting): Figure | undefined {
  const shown = withMaps(setting);
  if (shown.length === 0) return undefined;
  const shares = [...new Set(shown.flatMap(({ maps }) => maps.kept.map(({ share }) => share)))].filter(
    (share) => share > 0,
  );
  const rows = shown.map(({ group, maps, shape }) => ({
    name: group.name,
    shape,
    tiles: [
      { image: maps.meanAbsMu, palette: SEQUENTIAL, label: 'abs(mu)', range: range(maps.meanAbsMu) },
      ...(maps.meanSigma
        ? [{ image: maps.meanSigma, palette: SEQUENTIAL, label: 'sigma', range: range(maps.meanSigma) }]
        : [undefined]),
      ...pick(shares, 5).map((share): Tile | undefined => {
        const found = maps.kept.find((kept) => kept.share === share);
        if (!found) return undefined;
        const image = stretch(found.image);
        return {
          image,
          palette: SEQUENTIAL,
          label: `kept at ${formatShare(share)}`,
          range: `0–${formatShare(Number(image.high.toFixed(3)))}`,
        };
      }),
    ],
  }));
  return composeFigure({
    id: 'first-layer',
    title: `What the first layer looks at: ${settingTitle(setting)}`,
    description: `Images of the input pixels for ${shown.map(({ group }) => group.name).join(', ')}: mean magnitude of the first layer's weights, mean sigma, and the share of weights kept after pruning.`,
    rows: rows.map((row) => [tilesPanel(row)]),
    caption: `Over all hidden units, for each input pixel; darker is more, each image on its own scale. ${oneSeed(shown)}`,
  });
}

/**
 * The strongest hidden units of the first layer as images: mu, sigma, and at how many of the sparsities each weight
 * is kept.
 * @returns undefined if no trial kept them
 */
export function unitsFigure(setting: Setting): Figure | undefined {
  const shown = withMaps(setting);
  if (shown.length === 0) return undefined;
  const rows = shown.flatMap(({ group, maps, shape }) => {
    const units = maps.units.slice(0, UNITS);
    const row = (
      what: string,
      palette: Palette,
      image: (unit: FirstLayerReport['units'][number]) => ByteImage | undefined,
    ) => ({
      name: `${group.name}: ${what}`,
      shape,
      tiles: units.map((unit) => {
        const found = image(unit);
        return found && { image: found, palette, label: `unit ${unit.unit}` };
      }),
    });
    return [
      row('mu', DIVERGING, ({ mu }) => mu),
      ...(units.some(({ sigma }) => sigma) ? [row('sigma', SEQUENTIAL, ({ sigma }) => sigma)] : []),
      row('kept', SEQUENTIAL, ({ kept }) => kept),
    ];
  });
  return composeFigure({
    id: 'first-layer-units',
    title: `Hidden units with the largest weights: ${settingTitle(setting)}`,
    description: `Images of mu, sigma and kept weights of the ${UNITS} strongest first-layer units of ${shown.map(({ group }) => group.name).join(', ')}.`,
    rows: rows.map((row) => [tilesPanel(row)]),
    caption: `mu: blue is negative, white zero, red positive, each unit on its own scale. kept: the darker, the longer a weight survives. ${oneSeed(shown)}`,
  });
}

interface WithMaps {
  readonly group: Group;
  readonly maps: FirstLayerReport;
  readonly shape: readonly [number, number];
  readonly seed: number;
}

/** Units of different seeds can't be compared, so the lowest seed stands for its method. */
function withMaps({ groups }: Setting): WithMaps[] {
  return groups.flatMap((group) => {
    const { firstLayer, imageShape, trial } = group.results[0]!;
    return firstLayer && imageShape ? [{ group, maps: firstLayer, shape: imageShape, seed: trial.seed }] : [];
  });
}

function oneSeed(shown: readonly WithMaps[]): string {
  return `Seed ${[...new Set(shown.map(({ seed }) => seed))].join(', ')}.`;
}

/** The image with its largest value as the darkest. */
function stretch({ low, high, bytes }: ByteImage): ByteImage {
  const pixels = Buffer.from(bytes, 'base64');
  const most = Math.max(1, ...pixels);
  return {
    low,
    high: low + (most / 255) * (high - low),
    bytes: Buffer.from(pixels.map((byte) => Math.round((byte / most) * 255))).toString('base64'),
  };
}

function range({ low, high }: ByteImage): string {
  return `${Number(low.toPrecision(2))}–${Number(high.toPrecision(2))}`;
}

/** A row of images with its name on the left. */
function tilesPanel(row: {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly tiles: readonly (Tile | undefined)[];
}): RawPanel {
  const tiles = row.tiles.map((tile, i): Content => {
    if (!tile) return undefined;
    const x = NAME + i * (SIZE + GAP);
    const { image, palette, label, range: values } = tile;
    const below = (y: number, text: string) =>
      svg`<text x="${x + SIZE / 2}" y="${y}" font-size="10" text-anchor="middle">${text}</text>`;
    return [
      imageMarkup(image, row.shape, palette, { x, y: 0, size: SIZE }, `${row.name}, ${label}`),
      below(SIZE + 12, label),
      values === undefined ? undefined : below(SIZE + 24, values),
    ];
  });
  return {
    width: NAME + row.tiles.length * (SIZE + GAP),
    height: SIZE + (row.tiles.some((tile) => tile?.range) ? 30 : 18),
    markup: [nameMarkup(row.name, { y: SIZE / 2 + 4, characters: 19, lines: 6 }), tiles],
  };
}
