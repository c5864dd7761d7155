import { Option, type Command } from 'commander';
import { jsonOption } from '../options/common.js';
import type { InitFlags } from '../options/kinds.js';
import { text } from '../parse/list.js';
import type { OnExit } from './on-exit.js';

/** `bbb init`, and `bbb init plugin` */
export function addInit(program: Command, onExit: OnExit): void {
  const init = options(
    program
      .command('init')
      .enablePositionalOptions()
      .description('begin a project with a configuration (bbb.config.ts), or a plugin'),
    '(default: this one)',
  ).action(async (flags: InitFlags) =>
    onExit(await (await import('../commands/init.js')).initProject(flags)),
  );
  options(
    init
      .command('plugin')
      .description('begin a plugin: a package with a pruner, the checks that it must pass, and a README')
      .argument('<name>', 'what it is called, e.g. my-pruner', text),
    '(default: called like the plugin)',
  ).action(async (name: string, flags: InitFlags) =>
    onExit(await (await import('../commands/init.js')).initPlugin(name, flags)),
  );
}

function options(command: Command, fallback: string): Command {
  return command
    .addOption(new Option('--dir <dir>', `folder to write into ${fallback}`))
    .option('--dry-run', 'say what would be written, and write nothing')
    .addOption(jsonOption());
}
