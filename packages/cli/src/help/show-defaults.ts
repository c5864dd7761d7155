import type { Command } from 'commander';
import type { HelpTexts } from './texts.js';

/** Adds the defaults to the descriptions of options. */
export function showDefaults(program: Command, defaults: HelpTexts['defaults']): void {
  for (const command of program.commands) {
    const own = defaults[command.name()] ?? {};
    for (const option of command.options) {
      const value = own[option.long!];
      if (value !== undefined) option.description += ` (default: ${value})`;
    }
  }
}
