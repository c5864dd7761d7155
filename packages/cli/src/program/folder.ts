import { Option, type Command } from 'commander';
import { UsageError } from '../errors/usage.js';
import { pluginOption } from '../options/common.js';
import { pathOf } from '../parse/command.js';
import { text } from '../parse/list.js';
import { DATA_DIR } from '../options/data.js';
import type { ExportFlags, FolderFlags, StatusFlags } from '../options/kinds.js';
import { addNeeds } from '../parse/needs.js';
import { addHelpCommand } from './help.js';
import type { OnExit } from './on-exit.js';

/** Commands for the folder of a sweep, below `sweep`. */
export function addFolderCommands(sweep: Command, onExit: OnExit): void {
  sweep.enablePositionalOptions().hook('preSubcommand', refuseMisplaced);

  const status = sweep
    .command('status')
    .description('where every trial of a folder is, how long it may take, who runs it')
    .argument('<dir>', 'folder of the sweep', text)
    .option('--json', 'print it as one JSON document')
    .option(DATA_DIR, 'refuse unless the results are of the data in this folder')
    .addOption(pluginOption('plugin with the data set, for --data-dir'))
    .action(async (dir: string, flags: StatusFlags) =>
      onExit(await (await import('../commands/folder/status.js')).status(dir, flags)),
    );

  sweep
    .command('watch')
    .description('follow a sweep that another process runs, until it ends')
    .argument('<dir>', 'folder of the sweep', text)
    .option('--json', 'print one JSON document per line')
    .action(async (dir: string, flags: FolderFlags) =>
      onExit(await (await import('../commands/folder/watch.js')).watch(dir, flags)),
    );

  sweep
    .command('repair')
    .description('check every file of a folder, set damaged ones aside, build the index anew')
    .argument('<dir>', 'folder of the sweep', text)
    .option('--json', 'print what was found as one JSON document')
    .action(async (dir: string, flags: FolderFlags) =>
      onExit(await (await import('../commands/folder/repair.js')).repair(dir, flags)),
    );

  const exported = sweep
    .command('export')
    .description('the results of a folder as one table for other programs')
    .argument('<dir>', 'folder of the sweep', text)
    .addOption(
      new Option('--format <format>', 'kind of file').choices(['csv', 'json', 'parquet']).default('csv'),
    )
    .addOption(
      new Option('--table <table>', 'a row for each pruned network, or for each epoch')
        .choices(['evaluations', 'epochs'])
        .default('evaluations'),
    )
    .option('--out <file>', 'where to write it (default: standard output)')
    .option('--force', 'replace the file')
    .action(async (dir: string, flags: ExportFlags) =>
      onExit(await (await import('../commands/folder/export.js')).exportFolder(dir, flags)),
    );

  addNeeds(status, [
    { options: ['--plugin'], met: ({ dataDir }) => dataDir !== undefined, without: '--data-dir DIR' },
  ]);
  addNeeds(exported, [{ options: ['--force'], met: ({ out }) => out !== undefined, without: '--out FILE' }]);
  addHelpCommand(sweep);
}

/** Refuses options of `sweep` before a subcommand, which would be dropped silently. */
function refuseMisplaced(sweep: Command, below: Command): void {
  if (below.name() === 'help') return;
  const typed = sweep.options.find((option) => {
    const name = option.attributeName();
    const off = sweep.getOptionValue(name) === false;
    return sweep.getOptionValueSource(name) === 'cli' && option.negate === off;
  });
  if (!typed) return;
  const path = pathOf(below);
  throw new UsageError(
    `${typed.long} has no effect before "${below.name()}".`,
    below.options.some(({ long }) => long === typed.long)
      ? `Write it after: ${path} ... ${typed.flags}.`
      : `${path} has no such option: leave it out.`,
  );
}
