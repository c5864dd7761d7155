import type { Command } from 'commander';
import { jsonOption } from '../options/common.js';
import { text } from '../parse/list.js';
import type { OnExit } from './on-exit.js';

/** `bbb explain` */
export function addExplain(program: Command, onExit: OnExit): void {
  program
    .command('explain')
    .description('say what the code of an error means, and what helps')
    .argument('[code]', 'e.g. E_DATA_SHAPE (default: all of them)', text)
    .addOption(jsonOption('it'))
    .action(async (code: string | undefined, flags: { readonly json?: boolean }) =>
      onExit(await (await import('../commands/explain.js')).explain(code, flags)),
    );
}
