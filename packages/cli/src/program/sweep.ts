import type { Command } from 'commander';
import { addSeedOptions } from '../options/common.js';
import { addConfigOptions } from '../options/config.js';
import type { SweepFlags } from '../options/kinds.js';
import { addRunOptions } from '../options/run.js';
import { addSearchOptions } from '../options/search.js';
import { words } from '../parse/list.js';
import { addFolderCommands } from './folder.js';
import { SWEEP_EXAMPLES } from '../help/examples.js';
import type { OnExit } from './on-exit.js';

/**
 * `bbb sweep`, and the commands below it.
 * @param presets names and descriptions of all presets, for `bbb sweep --help`
 */
export function addSweep(program: Command, onExit: OnExit, presets: string): void {
  const sweep = program
    .command('sweep')
    .description('train every method with every seed, prune each network, compare')
    .optionsGroup('What:')
    .option('--preset <name>', 'where to start from; tables have one of their own')
    .option('--config <file>', 'configuration file (default: bbb.config.ts, .js, .json or .yaml here)')
    .option('--no-config', 'no configuration file, even if there is one here')
    .option('--methods <labels>', "methods, e.g. a,b (default: all of the preset's)", words);
  addRunOptions(addSearchOptions(addConfigOptions(addSeedOptions(sweep))))
    .addHelpText('after', `${presets}${SWEEP_EXAMPLES}`)
    .action(async (flags: SweepFlags) => onExit(await (await import('../commands/sweep.js')).sweep(flags)));
  addFolderCommands(sweep, onExit);
}
