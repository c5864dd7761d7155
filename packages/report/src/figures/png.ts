import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { standaloneSvg, type Figure } from './figure.js';

const FONTS = ['400Regular/SourceSans3_400Regular.ttf', '600SemiBold/SourceSans3_600SemiBold.ttf'].map(
  (file) => createRequire(import.meta.url).resolve(`@expo-google-fonts/source-sans-3/${file}`),
);

/**
 * The figure as PNG, dark on white. Only the bundled font is used, so the bytes do not depend on the machine's fonts.
 * @param figure a figure of `reportFigures`
 * @param scale pixels per SVG unit, default 2
 */
export function renderPng(figure: Figure, scale = 2): Uint8Array {
  const image = new Resvg(standaloneSvg(figure), {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS,
      defaultFontFamily: 'Source Sans 3',
      sansSerifFamily: 'Source Sans 3',
    },
  });
  return new Uint8Array(image.render().asPng());
}
