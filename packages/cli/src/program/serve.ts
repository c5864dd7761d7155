import type { Command } from 'commander';
import { pluginOption } from '../options/common.js';
import type { ServeFlags } from '../options/kinds.js';
import { text } from '../parse/list.js';
import { port } from '../parse/number.js';
import type { OnExit } from './on-exit.js';

/** `bbb serve` */
export function addServe(program: Command, onExit: OnExit): void {
  program
    .command('serve')
    .description(
      'show a sweep in the browser, live while it runs: curves, trials, hyper-parameters, the report; or ask a network of images',
    )
    .argument(
      '<dir>',
      'folder of the sweep, or of several sweeps; or a model file, a checkpoint or the folder of a trial, whose network is asked',
      text,
    )
    .option('--port <n>', 'port to listen at; 0: any that is free', port, 8080)
    .option(
      '--host <address>',
      'address to listen at; 0.0.0.0: other machines too, for those who have the token',
      '127.0.0.1',
    )
    .option('--data-dir <dir>', 'of a network: folder of the data set, for an image of each class')
    .addOption(pluginOption('of a network: plugin to load'))
    .action(async (dir: string, flags: ServeFlags) =>
      onExit(await (await import('../commands/serve.js')).serve(dir, flags)),
    );
}
