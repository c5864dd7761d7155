import { type Dataset, type DatasetSource } from '@bbb/core';
import { idxHeader } from 'mnist-data-loader';
import { z } from 'zod';
import { sha256 } from '../images/read.js';
import { outlines, TEST_FONTS, TRAIN_FONTS, type FontFile } from './fonts.js';
import { placed, placing, PLACINGS } from './place.js';
import { flattened, rasterised } from './raster.js';

const LETTERS = Array.from('ABCDEFGHIJ');
const SIDE = 28;

const glyphsOptions = z.strictObject({});

/** Letters, to test a network that knows digits. They are drawn when they are needed, with the same bytes everywhere. */
export const glyphs: DatasetSource<z.output<typeof glyphsOptions>> = {
  description:
    'Letters A to J of twelve free fonts, 28 x 28, drawn here: out-of-distribution for MNIST. No font is in both parts.',
  options: glyphsOptions,
  async load(): Promise<Dataset> {
    const [train, test] = [await draw(TRAIN_FONTS), await draw(TEST_FONTS)];
    const count = train.count;
    return {
      name: 'glyphs',
      inputShape: [SIDE, SIDE, 1],
      target: { kind: 'class', classes: LETTERS.length, names: LETTERS },
      train,
      test,
      sha256: {
        'train-images': sha256(idxHeader([count, SIDE, SIDE]), train.features),
        'train-labels': sha256(idxHeader([count]), train.targets),
        't10k-images': sha256(idxHeader([test.count, SIDE, SIDE]), test.features),
        't10k-labels': sha256(idxHeader([test.count]), test.targets),
      },
      source: 'drawn from fonts of npm packages',
    };
  },
};

/** Draws all letters of a font before the next font, and all variants of a letter before the next letter. */
async function draw(fonts: readonly FontFile[]): Promise<Drawn> {
  const count = fonts.length * LETTERS.length * PLACINGS;
  const features = new Uint8Array(new SharedArrayBuffer(count * SIDE * SIDE));
  const targets = new Uint8Array(new SharedArrayBuffer(count));
  let at = 0;
  for (const font of fonts) {
    const letters = (await outlines(font, LETTERS)).map(flattened);
    letters.forEach((polygons, label) => {
      for (let variant = 0; variant < PLACINGS; variant++, at++) {
        features.set(rasterised(placed(polygons, placing(variant), SIDE), SIDE), at * SIDE * SIDE);
        targets[at] = label;
      }
    });
  }
  return { features, targets, count };
}

interface Drawn {
  readonly features: Uint8Array;
  readonly targets: Uint8Array;
  readonly count: number;
}
