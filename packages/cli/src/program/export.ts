import { Option, type Command } from 'commander';
import { addCriterionOptions, jsonOption, pluginOption } from '../options/common.js';
import { EXPORT_FORMATS, type ExportFormat, type NetworkExportFlags } from '../options/kinds.js';
import { someOf, text } from '../parse/list.js';
import { countOrZero, share } from '../parse/number.js';
import { addNeeds, type Need } from '../parse/needs.js';
import type { OnExit } from './on-exit.js';

/** `bbb export` */
export function addExport(program: Command, onExit: OnExit): void {
  const command = program
    .command('export')
    .description('write a stored network, pruned or not, as files for other programs')
    .argument('<checkpoint>', 'checkpoint.safetensors, or the folder of a trial', text)
    .addOption(
      new Option('--format <formats>', `some of ${EXPORT_FORMATS.join(', ')}`)
        .argParser(someOf(EXPORT_FORMATS))
        .default(['onnx'], 'onnx'),
    )
    .option('--prune <part>', 'sparsity to prune to first, e.g. 95% (default: none)', share);
  addNeeds(addCriterionOptions(command), NEEDS)
    .option(
      '--samples <n>',
      'draws that predict together: onnx has them in one graph, which gives mean probabilities, entropy and mutual information; 0: onnx the mean network, sparse and page as the trial predicted',
      countOrZero,
      0,
    )
    .addOption(
      new Option('--quantise <type>', 'tfjs: weights in 8 or 16 bits')
        .choices(['none', 'uint8', 'uint16'])
        .default('none'),
    )
    .option(
      '--data-dir <dir>',
      'folder of the data set: for criteria that compute from it, and for the page an image of each class',
    )
    .option('--out <dir>', 'folder to write them to (default: beside the checkpoint)')
    .option('--force', 'replace files that exist')
    .addOption(pluginOption())
    .addOption(jsonOption())
    .action(async (checkpoint: string, flags: NetworkExportFlags) =>
      onExit(await (await import('../commands/export.js')).exportNetwork(checkpoint, flags)),
    );
}

const CRITERION = ['--pruner', '--pruner-option', '--scope', '--include'];

const NEEDS: readonly Need[] = [
  { options: CRITERION, met: pruned, without: '--prune FRACTION' },
  { options: ['--quantise'], met: writes('tfjs'), without: '--format tfjs' },
  {
    options: ['--data-dir'],
    met: (flags) => writes('page')(flags) || pruned(flags),
    without: '--format page or --prune FRACTION',
  },
];

function pruned({ prune }: Parameters<Need['met']>[0]): boolean {
  return prune !== undefined;
}

function writes(format: ExportFormat): Need['met'] {
  return (flags) => (flags['format'] as readonly ExportFormat[]).includes(format);
}
