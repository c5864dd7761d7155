import { Option, type Command } from 'commander';
import { assignment, type Assignment } from '../parse/assignment.js';
import { collect } from '../parse/list.js';

/** A data set's options, with short forms for those of tables. */
export interface SetFlags {
  readonly target?: string;
  readonly columns?: string;
  readonly drop?: string;
  readonly datasetOption?: readonly Assignment[];
}

/** `--data-dir` also has a short name, because it may name a file. */
export const DATA_DIR = '--data, --data-dir <path>';

/** A data set's own options, e.g. `transpose=true`. */
export function datasetOption(): Option {
  return new Option(
    '--dataset-option <name=value>',
    'any of its own options (bbb plugins NAME lists them), e.g. missing=mean; repeatable',
  ).argParser(collect(assignment));
}

/** The same option, with short forms for tables. */
export function addSetOptions(command: Command): Command {
  return command
    .option('--target <column>', 'the column of a table that is predicted')
    .option(
      '--columns <names>',
      'the columns of a table to predict from, e.g. rooms,area (default: all others)',
    )
    .option('--drop <names>', 'columns of a table to leave out, e.g. id,date')
    .addOption(datasetOption());
}

/** All of these flags as options of the data set. A long form wins over a short one. */
export function setOptions({ target, columns, drop, datasetOption = [] }: SetFlags): Assignment[] {
  const short = Object.entries({ target, columns, drop }).flatMap(([path, value]) =>
    value === undefined ? [] : [{ path, value }],
  );
  return [...short, ...datasetOption];
}
