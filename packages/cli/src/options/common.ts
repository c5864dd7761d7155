import { Option, type Command } from 'commander';
import { assignment } from '../parse/assignment.js';
import { collect, roles, seeds, text } from '../parse/list.js';
import { seedCount } from '../parse/number.js';

/** The option that loads plugins. */
export function pluginOption(what = 'plugin to load'): Option {
  return new Option('--plugin <path|package>', `${what}; repeatable`).argParser(collect(text));
}

/** The option for output that programs can read. */
export function jsonOption(what = 'the outcome'): Option {
  return new Option('--json', `print ${what} as one JSON document`);
}

/** The number of seeds, or a list of them. */
export function addSeedOptions(command: Command): Command {
  return command
    .option('--seeds <n>', 'how many seeds: 5 is 0, 1, 2, 3, 4', seedCount)
    .addOption(
      new Option('--seed-list <list>', 'these very seeds, e.g. 3,7,11').argParser(seeds).conflicts('seeds'),
    );
}

/** How the weights of a stored network are ranked and removed. */
export function addCriterionOptions(command: Command): Command {
  return command
    .option('--pruner <name>', "criterion (default: the first of the network's trial)")
    .option('--pruner-option <name=value>', 'one of its own options; repeatable', collect(assignment))
    .addOption(scopeOption(' (default: as the trial did)'))
    .option(
      '--include <roles>',
      'what is ranked and removed: weight,bias (default: as the trial did)',
      roles,
    );
}

/** Which weights are ranked together. */
export function scopeOption(fallback = ''): Option {
  return new Option('--scope <scope>', `rank weights together, by layer or by unit${fallback}`).choices([
    'global',
    'layer',
    'unit',
  ]);
}
