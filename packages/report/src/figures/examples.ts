import type { ExampleReport } from '@bbb/core';
import { attributes, svg, type Markup } from '../markup/markup.js';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { composeFigure, type RawPanel } from './compose.js';
import type { Figure } from './figure.js';
import { GREY, imageMarkup } from './image.js';
import type { StyleOf } from './style.js';

const SHOWN = 6;
const SIZE = 60;
const BARS = 34;
const GAP = 12;
const BETWEEN = 24;

/**
 * The test images that each method is most and least certain of, with the predicted distribution under each.
 * @returns undefined if no trial kept the images
 */
export function examplesFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const groups = setting.groups.filter(({ results }) => {
    const { imageShape, examplesByCertainty } = results[0]!;
    return (
      imageShape &&
      examplesByCertainty &&
      [...examplesByCertainty.most, ...examplesByCertainty.least].some(({ pixels }) => pixels)
    );
  });
  if (groups.length === 0) return undefined;
  const seeds = [...new Set(groups.map(({ results }) => results[0]!.trial.seed))];
  return composeFigure({
    id: 'examples',
    title: `Most and least certain test images: ${settingTitle(setting)}`,
    description: `For each of ${groups.map(({ name }) => name).join(', ')}, the ${SHOWN} test images with the lowest and the highest predictive entropy, each with its label, the prediction and the predicted probabilities.`,
    rows: groups.map((group) => [
      examplesPanel(group, 'most', styleOf),
      examplesPanel(group, 'least', styleOf),
    ]),
    caption: `Above each image: true label, then the most probable class where it is another one. Below: predicted probabilities of the classes in order; the filled bar is the true label. Dense networks, seed ${seeds.join(', ')}.`,
  });
}

function examplesPanel(group: Group, end: 'most' | 'least', styleOf: StyleOf): RawPanel {
  const { examplesByCertainty, imageShape } = group.results[0]!;
  const examples = (examplesByCertainty?.[end] ?? []).filter(({ pixels }) => pixels).slice(0, SHOWN);
  const { color } = styleOf(group);
  const tiles = examples.map((example, i) => {
    const x = i * (SIZE + GAP);
    const predicted = argmax(example.probabilities);
    const wrong = predicted === example.label ? '' : ` → ${predicted}`;
    const title = `${group.name}: test image ${example.index}, label ${example.label}, predicted ${predicted} with ${(example.probabilities[predicted]! * 100).toFixed(1)} %, entropy ${example.predictiveEntropy.toFixed(3)} nats`;
    const bold = attributes({ 'font-weight': wrong ? 600 : undefined });
    return [
      svg`<text x="${x + SIZE / 2}" y="11" font-size="11" text-anchor="middle"${bold}>${example.label}${wrong}</text>`,
      imageMarkup({ bytes: example.pixels! }, imageShape!, GREY, { x, y: 16, size: SIZE }, title),
      svg`<g transform="translate(${x},${16 + SIZE + 4})">${bars(example, color, title)}</g>`,
    ];
  });
  return {
    title: `${group.name}: ${end} certain`,
    width: SHOWN * (SIZE + GAP) + BETWEEN,
    height: 16 + SIZE + BARS + 10,
    markup: svg`<g transform="translate(6,0)">${tiles}</g>`,
  };
}

function bars({ probabilities, label }: ExampleReport, color: string, title: string): Markup {
  const width = SIZE / probabilities.length;
  const each = probabilities.map((probability, i) => {
    const height = Math.max(0.6, probability * BARS);
    const box = attributes({
      x: round(i * width + 0.6),
      y: round(BARS - height),
      width: round(width - 1.2),
      height: round(height),
    });
    return i === label
      ? svg`<rect${box} fill="${color}"/>`
      : svg`<rect${box} fill="currentColor" fill-opacity="0.35"/>`;
  });
  return svg`<g><title>${title}</title><rect width="${SIZE}" height="${BARS}" fill="none" pointer-events="all"/>${each}<line x2="${SIZE}" y1="${BARS}" y2="${BARS}" stroke="currentColor" stroke-opacity="0.5"/></g>`;
}

function argmax(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}

const round = (value: number): number => Math.round(value * 100) / 100;
