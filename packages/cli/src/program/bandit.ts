import type { Command } from 'commander';
import { addSeedOptions } from '../options/common.js';
import { addAgentOptions } from '../options/config.js';
import type { BanditFlags } from '../options/kinds.js';
import { text, words } from '../parse/list.js';
import { count } from '../parse/number.js';
import type { OnExit } from './on-exit.js';

/** `bbb bandit` */
export function addBandit(program: Command, onExit: OnExit): void {
  const bandit = program
    .command('bandit')
    .description(
      'agents act on a table of classes and learn from what they get: Thompson sampling against greed, cumulative regret',
    )
    .optionsGroup('What:')
    .option('--preset <name>', 'where to start from')
    .option('--agents <names>', "agents, e.g. thompson,greedy (default: all of the preset's)", words);
  addSeedOptions(bandit)
    .option('--rounds <n>', 'rounds of each run', count)
    .option('--steps <n>', 'training steps at each update', count)
    .option('--every <n>', 'rounds from one update to the next', count)
    .option('--bad <class>', 'class that is poisonous, by its name or number', text);
  addAgentOptions(bandit)
    .optionsGroup('Run:')
    .option('--dir <dir>', 'folder of the results (default: one under runs/, named by what is played)')
    .option('--dry-run', 'list the runs, play none, write nothing')
    .optionsGroup('Output:')
    .option('--json', 'print the runs as one JSON document')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: BanditFlags) =>
      onExit(await (await import('../commands/bandit.js')).bandit(flags)),
    );
}

const EXAMPLES = `
Examples:
  bbb bandit --seeds 5
  bbb bandit --agents thompson,greedy --rounds 500
  bbb bandit --dataset csv --data-dir mushrooms --dataset-option target=class --bad p

The same command again goes on where it stopped: finished runs are kept.`;
