import { Option, type Command } from 'commander';
import { text } from '../parse/list.js';
import type { ExportFlags, FolderFlags } from './kinds.js';

/** What can be done with the folder of a sweep, as commands below `sweep`. */
export function addFolderCommands(sweep: Command, onExit: (code: number) => void): void {
  sweep.enablePositionalOptions();

  sweep
    .command('status')
    .description('where every trial of a folder is, how long it may take, who runs it')
    .argument('<dir>', 'folder of the sweep')
    .option('--json', 'print it as one JSON document')
    .action(async (dir: string, flags: FolderFlags) =>
      onExit(await (await import('../commands/folder/status.js')).status(dir, flags)),
    );

  sweep
    .command('watch')
    .description('follow a sweep that another process runs, until it ends')
    .argument('<dir>', 'folder of the sweep')
    .option('--json', 'print a JSON document a line')
    .action(async (dir: string, flags: FolderFlags) =>
      onExit(await (await import('../commands/folder/watch.js')).watch(dir, flags)),
    );

  sweep
    .command('repair')
    .description('check every file of a folder, set damaged ones aside, build the index anew')
    .argument('<dir>', 'folder of the sweep')
    .option('--json', 'print what was found as one JSON document')
    .action(async (dir: string, flags: FolderFlags) =>
      onExit(await (await import('../commands/folder/repair.js')).repair(dir, flags)),
    );

  sweep
    .command('export')
    .description('the results of a folder as one table for other programs')
    .argument('<dir>', 'folder of the sweep')
    .addOption(
      new Option('--format <format>', 'kind of file').choices(['csv', 'json', 'parquet']).default('csv'),
    )
    .addOption(
      new Option('--table <table>', 'a row for each pruned network, or for each epoch')
        .choices(['evaluations', 'epochs'])
        .default('evaluations'),
    )
    .option('--out <file>', 'where to write it (default: standard output)', text)
    .action(async (dir: string, flags: ExportFlags) =>
      onExit(await (await import('../commands/folder/export.js')).exportFolder(dir, flags)),
    );
}
