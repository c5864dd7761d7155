/**
 * Everything that ships, as one plugin (the default export) for `createRegistry` of `@bbb/core`: networks, likelihoods, methods, pruners, procedures, data
 * sets, presets, samplers, schedulers. It also exports the pieces from which methods are composed (layers, priors, posteriors, estimators and
 * trainers), for your own methods, and {@link defineArrays} for data in memory.
 *
 * Import the default where a program makes a registry, single pieces in a plugin of your own. In a bundle for a page it is all of this but
 * the data sets that read files.
 *
 * @packageDocumentation
 */
import { definePlugin } from '@bbb/core';
import { whereToGet } from 'mnist-data-loader';
import withoutData from './browser.js';
import { csv } from './datasets/csv/csv.js';
import { curve } from './datasets/curve/curve.js';
import { fashionMnist } from './datasets/fashion-mnist.js';
import { glyphs } from './datasets/glyphs/glyphs.js';
import { idx } from './datasets/idx.js';
import { images } from './datasets/images.js';
import { mnist } from './datasets/mnist.js';
import { realSets } from './datasets/real/table.js';
import { rotated } from './datasets/rotated.js';

export * from './browser.js';
export { defineArrays, type ArraysSpec, type DefinedArrays } from './datasets/arrays/define.js';
export { findDelimiter } from './datasets/csv/delimiter.js';
export { isMissing, isNumber } from './datasets/csv/values.js';
export { pictureAsInput } from './datasets/images/as-input.js';
export { curveAt } from './datasets/curve/curve.js';

/** People type the names of published sets, and folders. */
function unknownDataset(name: string): string | undefined {
  return /[/\\]/.test(name)
    ? `For a folder, type --dataset idx --data-dir ${name}, or --dataset images for one of pictures`
    : whereToGet(name);
}

/** What ships with bbb. It is loaded in the same way as the plugins of others. */
export default definePlugin({
  ...withoutData,
  datasets: { mnist, 'fashion-mnist': fashionMnist, idx, csv, images, rotated, glyphs, curve, ...realSets },
  unknownName: (kind, name) => (kind === 'datasets' ? unknownDataset(name) : undefined),
});
