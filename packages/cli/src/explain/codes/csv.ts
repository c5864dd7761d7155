import type { Explanations } from '../explanation.js';

export const csv: Explanations = {
  E_CSV_CATEGORY: {
    means: 'A category does not occur in the rows to train on, or a column has too many different texts.',
    helps: 'Correct the field, leave the row out, or leave the column out: --dataset-option drop=COLUMN.',
  },
  E_CSV_COLUMN: {
    means: 'A column is missing, or no column is left to predict from.',
    helps: 'The message lists the columns of the file. Another delimiter: --dataset-option "delimiter=;".',
  },
  E_CSV_EMPTY: { means: 'A table has no rows.', helps: 'Give a table with rows.' },
  E_CSV_ENCODING: {
    means: 'A table is not text in UTF-8: a spreadsheet, UTF-16 or Latin-1.',
    helps: 'Export it as CSV in UTF-8; iconv -f LATIN1 -t UTF-8 FILE converts.',
  },
  E_CSV_FILE: {
    means: 'A table is missing or can not be read, or a folder holds several.',
    helps: 'Name one file: --data FILE.',
  },
  E_CSV_FORMAT: {
    means:
      'A row has another number of fields than the header, a column name occurs twice, or quotes do not match.',
    helps: 'The message names the line. Put a field that contains the delimiter into double quotes.',
  },
  E_CSV_MISSING: {
    means: 'A value is missing, and no option says what to do about it.',
    helps: '--dataset-option missing=drop leaves such rows out, missing=mean fills them.',
  },
  E_CSV_SPLIT: {
    means:
      'The column that says which rows are for testing has other values, or leaves no row to train on or to test with.',
    helps: 'Its values are train and test, or name those for testing: --dataset-option splitTest=VALUE.',
  },
  E_CSV_TARGET: {
    means:
      'The column to be predicted is not named or missing, or its values are neither classes nor numbers.',
    helps: 'Name it: --target COLUMN; --dataset-option targetKind=real for numbers.',
  },
  E_CSV_VALUE: {
    means: 'A field of a column of numbers is not a finite float32 number.',
    helps: 'The message names the line and the column: correct it, or drop the column.',
  },
};
