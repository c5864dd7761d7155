import type { Command } from 'commander';
import { jsonOption, pluginOption } from '../options/common.js';
import { addSetOptions, DATA_DIR } from '../options/data.js';
import type { DataFlags, InspectFlags } from '../options/kinds.js';
import { text } from '../parse/list.js';
import { addNeeds } from '../parse/needs.js';
import type { OnExit } from './on-exit.js';

/** `bbb data`, and `bbb data inspect` */
export function addData(program: Command, onExit: OnExit): void {
  const data = program
    .command('data')
    .description('which data sets are here, whether they are intact, and how to get the others')
    .option(DATA_DIR, 'folder to look in')
    .addOption(jsonOption('it'))
    .action(async (flags: DataFlags) => onExit(await (await import('../commands/data.js')).data(flags)));
  const inspected = data
    .enablePositionalOptions()
    .command('inspect')
    .description(
      'what a table, a folder of pictures, arrays or a data set hold, and the command to train on it',
    )
    .argument('<what>', 'a file, a folder, or the name of a data set', text);
  addNeeds(addSetOptions(inspected), [
    { options: ['--force'], met: ({ out }) => out !== undefined, without: '--out FILE' },
  ])
    .option('--out <file>', 'write a picture (PNG) of examples, or of histograms for a table')
    .option('--force', 'replace the file if it exists')
    .option('--show', 'draw examples as text (default: on a terminal)')
    .option('--no-show', 'draw none')
    .addOption(pluginOption())
    .addOption(jsonOption('it'))
    .action(async (what: string, flags: InspectFlags) =>
      onExit(await (await import('../commands/inspect.js')).inspect(what, flags)),
    );
}
