import { z } from 'zod';

const columnList = z.union([z.string(), z.array(z.union([z.string(), z.number()]))]);

export const csvOptions = z.strictObject({
  data: z
    .string()
    .optional()
    .describe(
      'A file, or a folder with train.csv and perhaps test.csv; gzipped or not. Default: --data-dir.',
    ),
  target: z
    .union([z.string(), z.int()])
    .optional()
    .describe('The column that is predicted: its name, or its number from 1 in a file without a header.'),
  targetKind: z
    .enum(['class', 'real'])
    .optional()
    .describe(
      'Default: found. Text and up to 20 different whole numbers are classes, other numbers are real.',
    ),
  unit: z.string().optional().describe('Of a real target, for tables and figures, e.g. EUR.'),
  columns: columnList
    .optional()
    .describe('The columns to predict from, separated by commas. Default: all others.'),
  drop: columnList.optional().describe('Columns to leave out, separated by commas.'),
  categorical: columnList
    .optional()
    .describe('Columns of numbers that are categories, e.g. a code or a year.'),
  split: z
    .union([z.string(), z.int()])
    .optional()
    .describe('The column that says of each row whether it is to train on or for testing: train or test.'),
  splitTest: columnList
    .or(z.number())
    .optional()
    .describe(
      'Values of that column that mean testing, separated by commas, e.g. 3 of a fold; all others train.',
    ),
  missing: z
    .enum(['refuse', 'mean', 'median', 'drop'])
    .default('refuse')
    .describe(
      'What to do about missing values: refuse, fill with the mean or median of the training split (categories: the most frequent), or drop the row.',
    ),
  header: z
    .boolean()
    .optional()
    .describe('Whether the first row has names. Default: found; it has, unless it is all numbers.'),
  delimiter: z
    .string()
    .length(1)
    .optional()
    .describe('What separates fields. Default: found among , ; tab |.'),
  name: z.string().min(1).optional().describe("What to call the set. Default: the file's or folder's name."),
});
export type CsvOptions = z.output<typeof csvOptions>;

/** Names of columns, which may be given as `a,b` or `["a", "b"]`. */
export function listed(columns: z.output<typeof columnList> | number | undefined): string[] | undefined {
  const list =
    typeof columns === 'string' ? columns.split(',') : typeof columns === 'number' ? [columns] : columns;
  return list?.map((column) => String(column).trim()).filter((column) => column !== '');
}
