import { DataError } from './errors.js';
import type { ArrayOf, Elements, ElementType } from './elements.js';

/** One whole number for each image, as in the file. */
export interface RawLabels {
  readonly values: Elements;
  readonly notes: readonly string[];
}

/**
 * The labels of an array of any element type: [count], [count, 1], one-hot [count, classes], or QMNIST's
 * [count, 8], whose column 0 is the class.
 *
 * @throws DataError `E_DATA_SHAPE`, or `E_DATA_LABEL` for a label that is not a whole number
 */
export function labelsOf({ shape, data }: ArrayOf<ElementType>, source: string): RawLabels {
  const [count = 0, columns = 1] = shape;
  if (shape.length === 1 || (shape.length === 2 && columns === 1))
    return { values: whole(data, source), notes: [] };
  if (shape.length === 2 && columns > 1) {
    const hot = oneHot(data, columns);
    if (hot) return { values: hot, notes: [`one-hot labels of ${columns} classes.`] };
    if (columns === QMNIST_COLUMNS) {
      const first = data.filter((_, i) => i % columns === 0) as Elements;
      const note = `${columns} columns, as in QMNIST: column 0 is the label.`;
      return { values: whole(first, source), notes: [note] };
    }
  }
  throw new DataError(
    'E_DATA_SHAPE',
    `${source} has shape [${shape.join(', ')}]; labels are [count], one-hot [count, classes], or [count, ${QMNIST_COLUMNS}] as in QMNIST.`,
    {
      hint:
        shape.length > 2
          ? 'Check that it is not an image file with the name of a label file.'
          : `Write the column of the classes alone: an array of ${count}.`,
    },
  );
}

/** Columns of QMNIST's labels: class, series, writer, digit, its code, two indices, unused. */
const QMNIST_COLUMNS = 8;

/** The column of the 1 in each row. Undefined unless every row has exactly one 1 and zeros otherwise. */
function oneHot(data: Elements, columns: number): Int32Array | undefined {
  const labels = new Int32Array(data.length / columns);
  for (let row = 0; row < labels.length; row++) {
    const cells = data.subarray(row * columns, (row + 1) * columns);
    const hot = cells.indexOf(1);
    if (hot < 0 || !cells.every((cell, column) => cell === (column === hot ? 1 : 0))) return undefined;
    labels[row] = hot;
  }
  return labels;
}

function whole(values: Elements, source: string): Elements {
  const bad = values.findIndex((value) => !Number.isSafeInteger(value));
  if (bad < 0) return values;
  throw new DataError(
    'E_DATA_LABEL',
    `${source} has label ${values[bad]} at position ${bad}; labels are whole numbers.`,
    { hint: 'Correct the label. Numbers to be predicted, not classes: --dataset-option target=real.' },
  );
}
