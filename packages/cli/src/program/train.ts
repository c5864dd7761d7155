import type { Command } from 'commander';
import { addConfigOptions } from '../options/config.js';
import type { TrainFlags } from '../options/kinds.js';
import { addRunOptions } from '../options/run.js';
import { threadsOption } from '../options/threads.js';
import { assignment } from '../parse/assignment.js';
import { collect } from '../parse/list.js';
import { seed } from '../parse/number.js';
import type { OnExit } from './on-exit.js';

/** `bbb train` */
export function addTrain(program: Command, onExit: OnExit): void {
  const train = program
    .command('train')
    .description('train one network, prune it, measure it: a sweep of one trial')
    .optionsGroup('What:')
    .requiredOption('--method <name>', 'method (bbb plugins lists them)')
    .option('--option <name=value>', "one of the method's own options; repeatable", collect(assignment))
    .option('--seed <n>', 'seed', seed, 0)
    .addOption(threadsOption());
  addRunOptions(addConfigOptions(train))
    .addHelpText('after', '\nThe options of a method, with their defaults: bbb plugins METHOD')
    .action(async (flags: TrainFlags) => onExit(await (await import('../commands/train.js')).train(flags)));
}
