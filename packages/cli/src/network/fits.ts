import { BbbError } from '@bbb/core';
import type { Dataset } from 'mnist-data-loader';
import { UsageError } from '../errors/usage.js';

/** A set with images of the network's size. */
export function fitting(dataset: Dataset, inputs: number): Dataset {
  const pixels = dataset.rows * dataset.cols;
  if (pixels === inputs) return dataset;
  throw new UsageError(
    `The network takes ${inputs} inputs; images of ${dataset.name} have ${dataset.rows} x ${dataset.cols} = ${pixels} pixels.`,
    'Choose the data set it was trained on, or another with images of that size.',
  );
}

/** A set whose test images the network can be right or wrong about. */
export function classified(dataset: Dataset, classes: number): Dataset {
  const { name, test } = dataset;
  if (test.count === 0) {
    throw new BbbError('E_DATA_EMPTY', `The data set ${name} has no test images.`, {
      hint: 'Choose the data set it was trained on, or another with test images.',
    });
  }
  const unknown = sameClasses(dataset, classes).test.labels.find((label) => label >= classes);
  if (unknown === undefined) return dataset;
  throw new UsageError(
    `The network knows ${classes} classes, 0 to ${classes - 1}; ${name} has test images of class ${unknown}.`,
    'Choose the data set it was trained on, or another with those classes.',
  );
}

/** Labels that were numbered anew mean the network's classes only where there are as many of them. */
function sameClasses(dataset: Dataset, classes: number): Dataset {
  const { labels, name } = dataset;
  if (!labels || labels.length === classes) return dataset;
  throw new UsageError(
    `${name} has ${labels.length} different labels, from ${labels[0]} to ${labels.at(-1)}; the network tells ${classes} classes apart.`,
    `If the labels are the network's classes, counted from 0, add --dataset-option classes=${classes}.`,
  );
}
