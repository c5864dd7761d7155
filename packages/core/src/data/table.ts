import { z } from 'zod';

/** A column of a table. */
export interface TableColumn {
  readonly name: string;
  /** The categories of the column. Each one is an input: 1 for the category of a row, 0 for the others. Absent: the column has numbers. */
  readonly categories?: readonly string[];
}

/**
 * The columns of the table that a network was trained on. With their names, `bbb predict` finds them in a file in any order. The values
 * that replace missing ones are not here but in `fill` of the input scaling.
 */
export interface TableSpec {
  /** In the order of the inputs. */
  readonly columns: readonly TableColumn[];
  /** Name of the column with the targets, if it is known. */
  readonly target?: string;
  /** Columns of the file that the network does not predict from: those that the user dropped, and the one that splits the rows. */
  readonly dropped?: readonly string[];
}

const name = z.string().min(1);
export const tableSchema = z.strictObject({
  columns: z.array(z.strictObject({ name, categories: z.array(name).min(1).optional() })).min(1),
  target: name.optional(),
  dropped: z.array(name).optional(),
});

/**
 * A table in which all columns have numbers.
 * @param names names of the columns
 * @param target name of the column to predict
 */
export function numberColumns(names: readonly string[], target?: string): TableSpec {
  return { columns: names.map((name) => ({ name })), ...(target === undefined ? {} : { target }) };
}

/**
 * Number of inputs that a row of the table becomes.
 * @param table the columns of a table
 */
export function tableWidth({ columns }: TableSpec): number {
  return columns.reduce((sum, { categories }) => sum + (categories?.length ?? 1), 0);
}

/**
 * Names of the inputs: `rooms`, `town=north`, `town=south`.
 * @param table the columns of a table
 */
export function inputNames({ columns }: TableSpec): string[] {
  return columns.flatMap(({ name, categories }) =>
    categories ? categories.map((category) => `${name}=${category}`) : [name],
  );
}

/**
 * Describes why a table does not fit examples with this number of inputs.
 * @returns undefined if the table fits
 */
export function tableProblem(table: TableSpec, inputs: number): string | undefined {
  const width = tableWidth(table);
  if (width !== inputs) return `columns of ${width} inputs, but examples of ${inputs}`;
  const twice = repeated(table.columns.map(({ name }) => name));
  if (twice !== undefined) return `two columns called ${JSON.stringify(twice)}`;
  for (const { name, categories = [] } of table.columns) {
    const again = repeated(categories);
    if (again !== undefined) return `the category ${JSON.stringify(again)} twice in ${JSON.stringify(name)}`;
  }
  return undefined;
}

function repeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}
