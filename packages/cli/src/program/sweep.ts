import type { Command } from 'commander';
import { addSeedOptions } from '../options/common.js';
import { addConfigOptions } from '../options/config.js';
import type { SweepFlags } from '../options/kinds.js';
import { addRunOptions } from '../options/run.js';
import { addSearchOptions } from '../options/search.js';
import { words } from '../parse/list.js';
import { addFolderCommands } from './folder.js';
import type { OnExit } from './on-exit.js';

/**
 * `bbb sweep`, and the commands below it.
 * @param presets shown by `bbb sweep --help`: the presets there are, by name and description
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
    .addHelpText('after', `${presets}${EXAMPLES}`)
    .action(async (flags: SweepFlags) => onExit(await (await import('../commands/sweep.js')).sweep(flags)));
  addFolderCommands(sweep, onExit);
}

const EXAMPLES = `
Examples:
  bbb sweep --seeds 5
  bbb sweep --dataset fashion-mnist --epochs 10 --hidden 400,400 --prune 0,0.5,0.9
  bbb sweep --network cnn --methods sgd,bbb-gaussian --epochs 3
  bbb sweep --plugin ./my-pruner.ts --pruners my-pruner
  bbb sweep --trials 20 --sampler tpe --scheduler asha --space training.optimizer.learningRate=logUniform:1e-4:1e-1
  bbb sweep --set training.schedule.kind=cosine --grid training.optimizer.learningRate=1e-3,1e-4

What --space takes:
  training.optimizer.learningRate=logUniform:1e-4:1e-1   a number, evenly over its logarithm
  options.pi=uniform:0.25:0.75                           a number, evenly
  training.epochs=int:5:20                               a whole number
  training.batchSize=choice:32,64,128                    one of these
  methods.dropout.options.p=uniform:0.1:0.9              a setting of one method
  hidden=choice:[100],[400,400]                          hidden layers
  network=choice:mlp,cnn                                 a network
With several --methods, --hidden or --network, a search chooses among these as well.

The same command again goes on where it stopped: finished trials are kept.`;
