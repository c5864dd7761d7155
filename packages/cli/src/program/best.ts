import type { Command } from 'commander';
import { jsonOption, pluginOption } from '../options/common.js';
import type { BestFlags } from '../options/kinds.js';
import { text } from '../parse/list.js';
import type { OnExit } from './on-exit.js';

/** `bbb best` */
export function addBest(program: Command, onExit: OnExit): void {
  program
    .command('best')
    .description(
      'the configuration of a sweep that did best on validation examples, and the command to train it again',
    )
    .argument('<dir>', 'folder of the sweep', text)
    .addOption(pluginOption('plugin that the sweep had'))
    .addOption(jsonOption('it'))
    .action(async (dir: string, flags: BestFlags) =>
      onExit(await (await import('../commands/best.js')).best(dir, flags)),
    );
}
