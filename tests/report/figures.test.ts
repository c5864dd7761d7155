import { createHash } from 'node:crypto';
import { figureSvg, renderPng, reportFigures, standaloneSvg, stylesOf, type Figure } from '@bbb/report';
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { placeLabels } from '../../packages/report/src/figures/snr.js';
import { fixtureSweep, prunedBy, unfinished } from '../support/made-up/sweep.js';

const data = fixtureSweep({ seeds: [0, 1, 2] });
const figures = reportFigures(data);
const find = (id: string, among: readonly Figure[] = figures): Figure => {
  const found = among.find((figure) => figure.id === `${id}-mnist-20-20`);
  if (!found) throw new Error(`no figure ${id}`);
  return found;
};
const svgOf = (figure: Figure): string => String(figureSvg(figure));
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe('figures', () => {
  it('are complete', () => {
    expect(figures.map(({ id }) => id.replace('-mnist-20-20', ''))).toEqual([
      'accuracy',
      'accuracy-high',
      'criteria',
      'spread',
      'weights',
      'snr',
      'sparsity',
      'training',
      'cost',
      'calibration',
      'reliability',
      'risk-coverage',
      'ood',
      'entropy',
      'examples',
      'first-layer',
      'first-layer-units',
    ]);
  });

  it('have the same bytes each time, as SVG and as PNG', () => {
    const again = reportFigures(data).toReversed();
    for (const figure of figures) {
      expect(sha256(svgOf(again.find(({ id }) => id === figure.id)!))).toBe(sha256(svgOf(figure)));
    }
    const accuracy = find('accuracy');
    expect(sha256(renderPng(accuracy, 1))).toBe(sha256(renderPng(find('accuracy', again), 1)));
  });

  it('are XML that a strict parser reads, in the given size', () => {
    for (const figure of figures) {
      const png = Buffer.from(renderPng(figure, 1));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([figure.width, figure.height]);
    }
  }, 30_000);

  it('draw text in PNG without fonts of the machine', () => {
    const figure = find('accuracy');
    const silent = new Resvg(standaloneSvg(figure), { font: { loadSystemFonts: false } }).render().asPng();
    // Letters add many dark pixels, which compress badly.
    expect(renderPng(figure, 1).byteLength).toBeGreaterThan(silent.byteLength * 1.3);
  });

  it('are dark on white as files, and have the colours of the page inside a page', () => {
    const svg = svgOf(find('snr'));
    expect(svg).not.toMatch(/<rect[^>]*fill="#ffffff"/);
    expect(svg).toContain('fill="currentColor"');
    const file = standaloneSvg(find('snr'));
    expect(file).toMatch(/^<svg color="#1c1e21"/);
    expect(file).toMatch(/<rect width="100%" height="100%" fill="#ffffff"\/>/);
  });

  it('draw a mean at its value on the axis', () => {
    const flat = fixtureSweep({ labels: ['sgd'], seeds: [0], shares: [0, 0.5], accuracy: () => 0.75 });
    const svg = svgOf(find('accuracy', reportFigures(flat)));
    const [, circle] = svg.match(/<circle ([^>]*)><title>sgd, 50 %/)!;
    const [x, y] = ['cx', 'cy'].map((name) => circle!.match(new RegExp(`${name}="([\\d.]+)"`))![1]);
    // 720 x 380 with margins 52 left, 20 right and top, 42 below; both axes from 0 to 100.
    expect(Number(x)).toBeCloseTo(52 + 0.5 * (720 - 52 - 20), 6);
    expect(Number(y)).toBeCloseTo(380 - 42 - 0.75 * (380 - 42 - 20), 6);
  });

  it('have bands with several seeds, and a note instead with one seed', () => {
    expect(svgOf(find('accuracy'))).toContain('aria-label="area"');
    expect(svgOf(find('accuracy'))).toContain('n = 3 seeds');
    const one = find('accuracy', reportFigures(fixtureSweep({ seeds: [4] })));
    expect(svgOf(one)).not.toMatch(/aria-label="area"[^>]*><path/);
    expect(svgOf(one)).toContain('One seed: no intervals.');
  });

  it('leave out what was not measured', () => {
    const bare = {
      ...data,
      results: data.results.map(({ firstLayer: _f, snr: _s, ...result }) => ({
        ...result,
        pruning: result.pruning.map((row) => ({
          ...row,
          evaluations: row.evaluations.map(({ ood: _o, entropy: _e, ...evaluation }) => evaluation),
        })),
      })),
    };
    const ids = reportFigures(bare).map(({ id }) => id.replace('-mnist-20-20', ''));
    for (const gone of ['snr', 'ood', 'entropy', 'first-layer', 'first-layer-units'])
      expect(ids).not.toContain(gone);
    expect(ids).toContain('accuracy');
  });
});

/** The texts of all elements of a figure that match a pattern. */
const texts = (svg: string, group: RegExp): string[] =>
  [...svg.matchAll(group)].flatMap(([whole]) =>
    [...whole.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!),
  );

describe('long names', () => {
  const label = `a-very-long-label-${'x'.repeat(46)}`;
  const long = fixtureSweep({
    labels: [label, 'bbb-mixture'],
    seeds: [0, 1],
    learningRates: [0.0024787521766663585, 0.003],
    validation: 0,
  });
  const drawn = reportFigures(long);

  it('fit the margin of the spread, which is as wide as they need', () => {
    const svg = svgOf(find('spread', drawn));
    const names = texts(svg, /aria-label="y-axis tick label"[\s\S]*?<\/g>/g);
    expect(names).toContain('bbb-mixture learningRate=0.0024788');
    for (const name of names) expect(name.length).toBeLessThanOrEqual(82);
    expect(names.some((name) => /^a-very-long-label.*….*learningRate=0\.0024788$/.test(name))).toBe(true);
    // The panels are one below the other. Side by side, the labels of one would cover the points of the next.
    expect(svg.match(/% removed<\/text>/g)).toHaveLength(4);
    expect(new Set(svg.match(/<text x="\d+"(?=[^>]*>[\d.]+ % removed<)/g))).toEqual(
      new Set(['<text x="18"']),
    );
  });

  it('are broken in the title of a panel, which ends before the next panel', () => {
    const svg = svgOf(find('entropy', drawn));
    const titles = texts(svg, /<text[^>]*font-size="12" font-weight="600"[^<]*<\/text>/g);
    expect(titles).toContain('learningRate=0.0024788: predictive entropy');
    for (const title of titles) expect(title.length).toBeLessThanOrEqual(58);
  });

  it('are broken beside images', () => {
    const beside = texts(svgOf(find('first-layer-units', drawn)), /<text x="0"[^<]*<\/text>/g);
    expect(beside.some((line) => line.endsWith('learningRate='))).toBe(true);
    for (const line of beside) expect(line.length).toBeLessThanOrEqual(19);
  });

  it('stay inside a legend', () => {
    const longer = reportFigures(fixtureSweep({ labels: ['x'.repeat(150)], seeds: [0], shares: [0] }));
    const [name] = texts(svgOf(find('accuracy', longer)), /<text x="36"[^<]*<\/text>/g);
    expect(name!.length * 6.7).toBeLessThan(720 - 36);
  });
});

it('a page has one legend of methods, and a figure on it only its other entries', () => {
  const figure = find('accuracy');
  const drawnFor = (legend: 'full' | 'own') => String(figureSvg(figure.at(720, { legend })));
  const named = (svg: string) => texts(svg, /<text x="36"[^<]*<\/text>/g);
  expect(named(drawnFor('full'))).toContain('bbb-mixture');
  expect(named(drawnFor('own'))).not.toContain('bbb-mixture');
});

it('labels of cuts are in the lowest line in which they do not overlap', () => {
  const placed = placeLabels(
    [30, 0, 9, 18, 19, 31].map((x) => ({ x })),
    10,
  );
  expect(placed.map(({ cut, line }) => [cut.x, line])).toEqual([
    [0, 0],
    [9, 1],
    [18, 0],
    [19, 1],
    [30, 0],
    [31, 1],
  ]);
});

describe('the axis of training', () => {
  it.each([
    [0.55, 0.94],
    [0.64, 0.95],
    [0.31, 0.62],
    [0.009, 0.9],
  ])('has numbers for errors from %d to %d', (low, high) => {
    const flat = fixtureSweep({ labels: ['sgd'], seeds: [0], shares: [0] });
    const steep = {
      ...flat,
      results: flat.results.map((result) => ({
        ...result,
        epochs: result.epochs.map((epoch, i, { length }) => ({
          ...epoch,
          validationError: high * (low / high) ** (i / (length - 1)),
        })),
      })),
    };
    const svg = svgOf(find('training', reportFigures(steep)));
    const [first] = svg.match(/aria-label="y-axis tick label"[\s\S]*?<\/g>/)!;
    const numbers = texts(first, /[\s\S]+/g).map(Number);
    expect(numbers.length).toBeGreaterThanOrEqual(3);
    expect(numbers.length).toBeLessThanOrEqual(7);
    for (const number of numbers) {
      expect(number).toBeGreaterThanOrEqual(low * 100);
      expect(number).toBeLessThanOrEqual(high * 100);
    }
  });
});

it('published numbers are not drawn on lines of another criterion', () => {
  const study = fixtureSweep({ hidden: [[500, 500]], seeds: [0], shares: [0, 0.5, 0.9] });
  const accuracy = (sweep: typeof study): string =>
    svgOf(reportFigures(sweep).find(({ id }) => id === 'accuracy-mnist-500-500')!);
  expect(accuracy(study)).toContain('>published</text>');
  expect(accuracy(prunedBy(study, ['random']))).not.toContain('published');
});

it('the caption of signal-to-noise ratios describes the lines that are drawn', () => {
  const several = reportFigures(fixtureSweep({ labels: ['bbb-mixture', 'bbb-gaussian'], seeds: [0] }));
  expect(svgOf(find('snr'))).toContain('Vertical lines and dots:');
  expect(svgOf(find('snr', several))).not.toContain('Vertical lines');
  expect(svgOf(find('snr', several))).toContain('Dots:');
});

describe('styles', () => {
  const group = (label: string) => ({ label, name: label });
  const labels = Array.from({ length: 14 }, (_, i) => `method-${i}`);
  const styleOf = stylesOf(fixtureSweep({ labels, seeds: [0], shares: [0] }));

  it('give a label the same colour before and after its trials are done', () => {
    const half = stylesOf(unfinished(data, ({ label }) => label === 'bbb-mixture'));
    expect(half(group('bbb-mixture'))).toEqual(stylesOf(data)(group('bbb-mixture')));
    for (const id of ['accuracy', 'training', 'reliability', 'calibration']) {
      expect(svgOf(find(id))).toContain(stylesOf(data)(group('bbb-mixture')).color);
    }
  });

  it('give a label the same style with any others, unless two labels want the same style', () => {
    const of = (labels: string[]) => stylesOf(fixtureSweep({ labels, seeds: [0], shares: [0] }));
    const often = ['sgd', 'dropout-0.5', 'dropout-0.75', 'dropout-0.9', 'dropout', 'bbb-gaussian'];
    const all = [...often, 'bbb-mixture', 'map-mixture', 'ensemble', 'laplace'];
    const together = of(all);
    for (const label of all) {
      expect(of([label])(group(label))).toEqual(together(group(label)));
      expect(of(['bbb-mixture', label])(group(label))).toEqual(together(group(label)));
    }
    // The order of the sweep does not matter.
    const reversed = of(labels.toReversed());
    for (const label of labels) expect(reversed(group(label))).toEqual(styleOf(group(label)));
  });

  it('give the methods of a preset thirteen colours, and distinguish them without colour', () => {
    const methods = ['sgd', 'dropout', 'concrete-dropout', 'ensemble', 'laplace', 'swag', 'sgld'];
    methods.push('bbb-gaussian', 'bbb-mixture', 'ivon', 'sparse-vd', 'group-jeffreys', 'spike-slab');
    const look = stylesOf(fixtureSweep({ labels: methods, seeds: [0], shares: [0] }));
    const looks = methods.map((label) => look(group(label)));
    expect(new Set(looks.map(({ color }) => color)).size).toBe(13);
    expect(new Set(looks.map(({ dash, symbol }) => `${dash} ${symbol}`)).size).toBe(13);
  });

  it('distinguish forty by line, by marker, and without colour', () => {
    const many = Array.from({ length: 40 }, (_, i) => `method-${i}`);
    const look = stylesOf(fixtureSweep({ labels: many, seeds: [0], shares: [0] }));
    const looks = many.map((label) => look(group(label)));
    for (const parts of [
      ['color', 'dash'],
      ['color', 'symbol'],
      ['dash', 'symbol'],
    ] as const)
      expect(new Set(looks.map((style) => parts.map((part) => style[part]).join())).size).toBe(40);
  });

  it('have enough contrast on white and on the dark page', () => {
    for (const label of labels) {
      const { color } = styleOf(group(label));
      expect(contrast(color, '#ffffff')).toBeGreaterThan(2.95);
      expect(contrast(color, '#16181c')).toBeGreaterThan(2.95);
    }
  });
});

/** WCAG contrast ratio of two `#rrggbb` colours. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
