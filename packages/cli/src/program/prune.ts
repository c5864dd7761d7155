import type { Command } from 'commander';
import { addCriterionOptions, jsonOption, pluginOption } from '../options/common.js';
import { DATA_DIR } from '../options/data.js';
import type { PruneFlags } from '../options/kinds.js';
import { threadsOption } from '../options/threads.js';
import { text } from '../parse/list.js';
import { share } from '../parse/number.js';
import type { OnExit } from './on-exit.js';

/** `bbb prune` */
export function addPrune(program: Command, onExit: OnExit): void {
  const prune = program
    .command('prune')
    .description('remove weights from a trained network and write a checkpoint of the rest')
    .argument('<checkpoint>', 'checkpoint.safetensors, or the folder of a trial', text)
    .requiredOption(
      '--share <part>',
      'sparsity: how many of all weights are zero then, those removed before included, e.g. 90%',
      share,
    );
  addCriterionOptions(prune)
    .option('--out <file>', 'where to write it (default: beside the checkpoint)')
    .option('--sparse', 'write only the weights that are left: a smaller file')
    .option('--force', 'replace the file if it exists')
    .option(DATA_DIR, 'folder of the data set, to measure the network and for criteria that compute from it')
    .addOption(threadsOption())
    .addOption(pluginOption())
    .addOption(jsonOption())
    .action(async (checkpoint: string, flags: PruneFlags) =>
      onExit(await (await import('../commands/prune.js')).prune(checkpoint, flags)),
    );
}
