import type { Command } from 'commander';
import { jsonOption, pluginOption } from '../options/common.js';
import type { PluginsFlags } from '../options/kinds.js';
import { text } from '../parse/list.js';
import type { OnExit } from './on-exit.js';

/** `bbb plugins` */
export function addPlugins(program: Command, onExit: OnExit): void {
  program
    .command('plugins')
    .description(
      'list methods, pruners, executors and all else that plugins contribute, or show one with its options',
    )
    .argument('[name]', 'one of them, or a kind such as pruners', text)
    .addOption(pluginOption())
    .addOption(jsonOption('them'))
    .action(async (name: string | undefined, flags: PluginsFlags) =>
      onExit(await (await import('../commands/plugins.js')).plugins(name, flags)),
    );
}
