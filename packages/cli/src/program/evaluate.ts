import type { Command } from 'commander';
import { jsonOption, pluginOption } from '../options/common.js';
import { DATA_DIR, datasetOption } from '../options/data.js';
import type { EvaluateFlags } from '../options/kinds.js';
import { threadsOption } from '../options/threads.js';
import { text } from '../parse/list.js';
import { countOrZero } from '../parse/number.js';
import type { OnExit } from './on-exit.js';

/** `bbb evaluate` */
export function addEvaluate(program: Command, onExit: OnExit): void {
  program
    .command('evaluate')
    .description('measure a stored network: error, calibration, out-of-distribution detection')
    .argument('<checkpoint>', 'checkpoint, or the folder of a trial', text)
    .option('--dataset <name>', 'data set (default: the one it was trained on)')
    .addOption(datasetOption())
    .option(DATA_DIR, 'folder that holds its files')
    .option('--ood <name>', 'data set whose test examples count as out-of-distribution')
    .option('--samples <n>', 'draws averaged for a prediction; 0: the mean network only', countOrZero, 10)
    .addOption(threadsOption())
    .addOption(pluginOption())
    .addOption(jsonOption('the measurements'))
    .action(async (checkpoint: string, flags: EvaluateFlags) =>
      onExit(await (await import('../commands/evaluate.js')).evaluate(checkpoint, flags)),
    );
}
