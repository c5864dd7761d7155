import { Option, type Command } from 'commander';
import { jsonOption, pluginOption } from '../options/common.js';
import { datasetOption } from '../options/data.js';
import type { ImportFlags } from '../options/kinds.js';
import { assignment } from '../parse/assignment.js';
import { collect, text } from '../parse/list.js';
import { count, number, positive } from '../parse/number.js';
import type { OnExit } from './on-exit.js';

/** `bbb import` */
export function addImport(program: Command, onExit: OnExit): void {
  program
    .command('import')
    .description('make a trial of a network that was trained elsewhere: to prune, measure and export it')
    .argument(
      '<file>',
      'model.json of a Keras or tfjs layers model, or the state dict of a PyTorch MLP or LeNet as .safetensors',
      text,
    )
    .requiredOption('--dataset <name>', 'data set that it was trained on')
    .addOption(datasetOption())
    .option('--data-dir <dir>', 'folder that holds its files')
    .option(
      '--divisor <number>',
      'pixels were divided by this (default: what the file says, else 255)',
      positive,
    )
    .option('--mean <number>', 'and then this was subtracted, as by torchvision Normalize', (text) =>
      number(text, 'a number'),
    )
    .option('--sd <number>', 'and what was left divided by this', positive)
    .option(
      '--method <name>',
      'what it counts as: one that fits a posterior around the weights, say (default: a network of plain weights)',
    )
    .option('--option <name=value>', "one of the method's own options; repeatable", collect(assignment))
    .option(
      '--limit <n>',
      'of a posterior that is fitted: to so many training examples (default: all)',
      count,
    )
    .option(
      '--calibration <n>',
      'test examples that temperature, sets and "not sure" are fitted on, and that are not tested on; the network must not have been trained on them (default: none)',
      count,
    )
    .addOption(
      new Option('--activation <kind>', 'state dict: what follows hidden layers (default: relu)').choices([
        'relu',
        'tanh',
      ]),
    )
    .addOption(
      new Option('--pool <kind>', 'state dict: what follows convolutions (default: max-pool)').choices([
        'max-pool',
        'average-pool',
        'none',
      ]),
    )
    .option('--out <dir>', 'folder to make (default: beside the file)')
    .option('--force', 'replace the checkpoint in it if there is one')
    .addOption(pluginOption())
    .addOption(jsonOption())
    .action(async (file: string, flags: ImportFlags) =>
      onExit(await (await import('../commands/import.js')).importNetwork(file, flags)),
    );
}
