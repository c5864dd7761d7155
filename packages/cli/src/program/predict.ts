import type { Command } from 'commander';
import { jsonOption, pluginOption } from '../options/common.js';
import { DATA_DIR } from '../options/data.js';
import type { PredictFlags } from '../options/kinds.js';
import { threadsOption } from '../options/threads.js';
import { text } from '../parse/list.js';
import { countOrZero, fraction } from '../parse/number.js';
import type { OnExit } from './on-exit.js';

/** `bbb predict` */
export function addPredict(program: Command, onExit: OnExit): void {
  program
    .command('predict')
    .description(
      'answer for pictures, IDX files, tables or JSON lines: what it is, and how sure the network is',
    )
    .argument(
      '<model>',
      'model file (bbb export --format sparse), checkpoint, or the folder of a trial',
      text,
    )
    .argument('[files...]', 'PNG, JPEG, IDX or CSV files; - or none: JSON lines on standard input')
    .option(
      '--samples <n>',
      'draws that answer together; 0: the mean network (default: as trained)',
      countOrZero,
    )
    .option(
      '--max-risk <part>',
      'say "not sure" below the probability above which validation examples have this error, e.g. 1%',
      fraction,
    )
    .option(DATA_DIR, 'folder of the data set it was trained on, to calibrate on')
    .addOption(threadsOption('threads that calibrate and answer'))
    .addOption(pluginOption())
    .addOption(jsonOption('the answers'))
    .action(async (model: string, files: string[], flags: PredictFlags) =>
      onExit(await (await import('../commands/predict.js')).predict(model, files, flags)),
    );
}
