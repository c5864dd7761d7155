import { BbbError, shapeText, sizeOf, type Dataset, type TableSpec, type TargetSpec } from '@bbb/core';
import { UsageError } from '../errors/usage.js';

const KINDS = { class: 'classes', real: 'real numbers' } as const;

/** The data set, if its examples have the network's size. */
export function fitting(dataset: Dataset, inputs: number): Dataset {
  const { name, inputShape } = dataset;
  if (sizeOf(inputShape) === inputs) return dataset;
  throw new UsageError(
    `The network takes ${inputs} inputs; examples of ${name} have ${shapeText(inputShape)} = ${sizeOf(inputShape)}.`,
    'Choose the data set it was trained on, or another with examples of that size.',
  );
}

/** The data set, if its columns are the network's: the same names and categories, in the same order, if both describe their columns. */
export function sameColumns(dataset: Dataset, table: TableSpec | undefined): Dataset {
  const columns = dataset.table?.columns;
  if (!columns || !table) return dataset;
  const at = table.columns.findIndex((column, i) => !isSame(column, columns[i]));
  if (at < 0) return dataset;
  throw new UsageError(
    `Column ${at + 1} of the network is ${columnText(table.columns[at])}; that of ${dataset.name} is ${columnText(columns[at])}.`,
    'Choose the data set it was trained on. For rows alone, whose columns may stand in any order, use bbb predict.',
  );
}

type Column = TableSpec['columns'][number];

function isSame(a: Column, b: Column | undefined): boolean {
  return a.name === b?.name && a.categories?.join('\n') === b.categories?.join('\n');
}

function columnText(column: Column | undefined): string {
  if (!column) return 'none';
  const { name, categories } = column;
  return `${JSON.stringify(name)} (${categories ? categories.join(', ') : 'a number'})`;
}

/** A data set whose test examples have classes that the network can predict. */
export function classified(
  dataset: Dataset,
  { target, outputs: classes }: { readonly target: TargetSpec; readonly outputs: number },
): Dataset {
  const { name, test } = dataset;
  if (test.count === 0) {
    throw new BbbError('E_DATA_EMPTY', `The data set ${name} has no test examples.`, {
      hint: 'Choose the data set it was trained on, or another with test examples.',
    });
  }
  if (dataset.target.kind !== target.kind) {
    throw new UsageError(
      `The network predicts ${KINDS[target.kind]}, and the targets of ${name} are ${KINDS[dataset.target.kind]}.`,
      'Choose the data set it was trained on, or another with targets of that kind.',
    );
  }
  if (target.kind === 'real') return dataset;
  const unknown = sameClasses(dataset, classes).test.targets.find((label) => label >= classes);
  if (unknown === undefined) return dataset;
  throw new UsageError(
    `The network predicts ${classes} classes, 0 to ${classes - 1}; ${name} has test examples of class ${unknown}.`,
    'Choose the data set it was trained on, or another with those classes.',
  );
}

/** Labels that were numbered anew can be the network's classes only if there are as many of them. */
function sameClasses(dataset: Dataset, classes: number): Dataset {
  const { target, name } = dataset;
  const labels = target.kind === 'class' ? target.names : undefined;
  if (!labels || labels.length === classes) return dataset;
  throw new UsageError(
    `${name} has ${labels.length} different labels, from ${labels[0]} to ${labels.at(-1)}; the network predicts ${classes} classes.`,
    `If the labels are the network's classes, counted from 0, add --dataset-option classes=${classes}.`,
  );
}
