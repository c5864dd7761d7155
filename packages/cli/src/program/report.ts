import type { Command } from 'commander';
import { pluginOption } from '../options/common.js';
import { DATA_DIR } from '../options/data.js';
import type { ReportFlags } from '../options/kinds.js';
import { text, words } from '../parse/list.js';
import { errorTarget, share } from '../parse/number.js';
import { addNeeds } from '../parse/needs.js';
import type { OnExit } from './on-exit.js';

/** `bbb report` */
export function addReport(program: Command, onExit: OnExit): void {
  const report = program
    .command('report')
    .description('write the tables and figures of a sweep, finished or not, or of two side by side')
    .argument('<dir>', 'folder of the sweep', text)
    .argument('[other]', 'another one, with --compare', text)
    .option('--compare', 'set two sweeps side by side')
    .option('--ensembles', 'measure the networks of all seeds of each configuration as an ensemble, too')
    .option('--reference <label>', 'method that the answer compares the others with (default: the first)')
    .option(
      '--sparsity <part>',
      'sparsity that the answer is about, e.g. 90% (default: where methods differ most on validation examples)',
      share,
    )
    .option(
      '--target-error <error>',
      'report the highest sparsity whose validation error stays below this, at 95 % confidence over the seeds, e.g. 2%',
      errorTarget,
    )
    .option(
      '--refine',
      'look for it between the sparsities of the sweep as well: prunes its stored networks again, by bisection',
    )
    .option('--format <names>', 'html, md, csv, json, svg, png, tensorboard (default: html,md,csv)', words)
    .option('--out <dir>', 'where to write them (default: the folder of the sweep)')
    .option(DATA_DIR, 'refuse unless the results are of the data in this folder')
    .addOption(pluginOption('plugin with the data set (--data-dir) or the method (--ensembles, --refine)'))
    .action(async (dir: string, other: string | undefined, flags: ReportFlags) =>
      onExit(await (await import('../commands/report.js')).report(dir, other, flags)),
    );
  addNeeds(report, [
    {
      options: ['--plugin'],
      met: ({ dataDir, ensembles }) => dataDir !== undefined || ensembles === true,
      without: '--data-dir DIR or --ensembles',
    },
  ]);
}
