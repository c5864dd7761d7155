import { Option, type Command } from 'commander';
import type { WorkerFlags } from './commands/worker.js';
import { print, say } from './io/output.js';
import { VERSION } from './io/version.js';
import { addConfigOptions } from './options/config.js';
import { addSetOptions, DATA_DIR, datasetOption } from './options/data.js';
import { EXPORT_FORMATS, type NetworkExportFlags } from './options/kinds.js';
import type {
  BanditFlags,
  DataFlags,
  EvaluateFlags,
  ImportFlags,
  InspectFlags,
  PredictFlags,
  PluginsFlags,
  PruneFlags,
  ReportFlags,
  ServeFlags,
  SweepFlags,
  TrainFlags,
} from './options/kinds.js';
import { addFolderCommands } from './options/folder.js';
import { addHelpCommand } from './options/help.js';
import { addRunOptions, queueOption, redisOption } from './options/run.js';
import { addSearchOptions } from './options/search.js';
import { assignment } from './parse/assignment.js';
import { CliCommand } from './parse/command.js';
import { collect, hostAndPort, roles, seeds, someOf, text, words } from './parse/list.js';
import {
  count,
  countOrZero,
  duration,
  lease,
  number,
  percentage,
  port,
  positive,
  seed,
  seedCount,
  share,
  errorTarget,
} from './parse/number.js';

export interface ProgramSettings {
  /** Told how a command ended. */
  readonly onExit: (code: number) => void;
  /** Shown by `bbb sweep --help`: the presets there are, by name and description. */
  readonly presets?: string;
}

/**
 * Every command and its options. The code of a command is loaded when it is run. To parse throws a UsageError for what is typed
 * wrong, and commander's CommanderError when help or the version was shown.
 */
export function createProgram({ onExit, presets = '' }: ProgramSettings): Command {
  const program = new CliCommand('bbb')
    .description('Which way of training gives a network whose weights can be thrown away?')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', EXAMPLES)
    // Options after a command are its own: `sweep` and `sweep status` know some of the same names.
    .enablePositionalOptions()
    // Help shows what plugins say of their presets.
    .configureOutput({ writeOut: (text) => void print(text), writeErr: (text) => say(text.trimEnd()) })
    .exitOverride();

  const sweep = program
    .command('sweep')
    .description('train every method with every seed, prune each network, compare')
    .optionsGroup('What:')
    .option('--preset <name>', 'where to start from (default: quick; table for tables)')
    .option('--config <file>', 'configuration file (default: bbb.config.ts, .js, .json or .yaml here)')
    .option('--no-config', 'no configuration file, even if there is one here')
    .option('--methods <labels>', "methods, e.g. a,b (default: all of the preset's)", words)
    .option('--seeds <n>', 'how many seeds: 5 is 0, 1, 2, 3, 4', seedCount)
    .addOption(
      new Option('--seed-list <list>', 'these very seeds, e.g. 3,7,11').argParser(seeds).conflicts('seeds'),
    );
  addRunOptions(addSearchOptions(addConfigOptions(sweep)))
    .addHelpText('after', `${presets}${SWEEP_EXAMPLES}`)
    .action(async (flags: SweepFlags) => onExit(await (await import('./commands/sweep.js')).sweep(flags)));
  addFolderCommands(sweep, onExit);

  const train = program
    .command('train')
    .description('train one network, prune it, measure it: a sweep of one trial')
    .optionsGroup('What:')
    .requiredOption('--method <name>', 'method (bbb plugins lists them)')
    .option('--option <name=value>', "one of the method's own options; repeatable", collect(assignment))
    .option('--seed <n>', 'seed', seed, 0);
  addRunOptions(addConfigOptions(train))
    .addHelpText('after', TRAIN_EXAMPLES)
    .action(async (flags: TrainFlags) => onExit(await (await import('./commands/train.js')).train(flags)));

  const bandit = program
    .command('bandit')
    .description(
      'agents act on a table of classes and learn from what they get: Thompson sampling against greed, cumulative regret',
    )
    .optionsGroup('What:')
    .option('--preset <name>', 'where to start from (default: bandit)')
    .option('--agents <names>', "agents, e.g. thompson,greedy (default: all of the preset's)", words)
    .option('--seeds <n>', 'how many seeds: 5 is 0, 1, 2, 3, 4', seedCount)
    .addOption(
      new Option('--seed-list <list>', 'these very seeds, e.g. 3,7,11').argParser(seeds).conflicts('seeds'),
    )
    .option('--rounds <n>', 'rounds of each run', count)
    .option('--steps <n>', 'training steps at each update', count)
    .option('--every <n>', 'rounds from one update to the next', count)
    .option('--bad <class>', 'class that is poisonous, by its name or number', text);
  addConfigOptions(bandit)
    .optionsGroup('Run:')
    .option('--dir <dir>', 'folder of the results (default: one under runs/, named by what is played)')
    .option('--dry-run', 'list the runs, play none, write nothing')
    .optionsGroup('Output:')
    .option('--json', 'print the runs as one JSON document')
    .option('--quiet', 'no progress')
    .addHelpText('after', BANDIT_EXAMPLES)
    .action(async (flags: BanditFlags) => onExit(await (await import('./commands/bandit.js')).bandit(flags)));

  program
    .command('worker')
    .description('take trials of sweeps on other machines (bbb sweep --executor bullmq), until stopped')
    .addOption(queueOption())
    .addOption(redisOption())
    .option('--workers <n>', 'trials at a time (default: the cores there are)', count)
    .option(DATA_DIR, 'folder that holds the files of the data set')
    .option('--dir <dir>', "the sweep's folder as this machine sees it, if it is shared under another path")
    .option(
      '--plugin <path|package>',
      'plugin with methods, networks, pruners, data sets; repeatable',
      collect(text),
    )
    .option(
      '--upload-to <host[:port]>',
      'a coordinator (its --listen) that this machine may upload to; repeatable (default: none)',
      collect(hostAndPort),
    )
    .option('--upload', 'hand results over by upload even where the folder is shared')
    .addOption(
      new Option('--lease <time>', 'after so long without a sign of life its trials go to others')
        .argParser(lease)
        .default(15, '15s'),
    )
    .option('--idle <time>', 'leave after so long with nothing to do (default: never)', duration)
    .action(async (flags: WorkerFlags) => onExit(await (await import('./commands/worker.js')).worker(flags)));

  program
    .command('prune')
    .description('remove weights from a trained network and write a checkpoint of the rest')
    .argument('<checkpoint>', 'checkpoint.safetensors, or the folder of a trial', text)
    .requiredOption(
      '--share <fraction>',
      'share of all weights to be zero, those removed before included, e.g. 0.9',
      share,
    )
    .option('--pruner <name>', "criterion (default: the first of the network's trial)")
    .option('--pruner-option <name=value>', 'one of its own options; repeatable', collect(assignment))
    .addOption(
      new Option(
        '--scope <scope>',
        'rank weights together, by layer or by unit (default: as the trial did)',
      ).choices(['global', 'layer', 'unit']),
    )
    .option('--include <roles>', 'what is ranked and removed: weight,bias (default: as the trial did)', roles)
    .option('--out <file>', 'where to write it (default: beside the checkpoint)')
    .option('--sparse', 'write only the weights that are left: a smaller file')
    .option('--force', 'replace the file if it exists')
    .option(DATA_DIR, 'folder of the data set, to measure the network')
    .option('--plugin <path|package>', 'plugin to load; repeatable', collect(text))
    .option('--json', 'print the outcome as one JSON document')
    .action(async (checkpoint: string, flags: PruneFlags) =>
      onExit(await (await import('./commands/prune.js')).prune(checkpoint, flags)),
    );

  program
    .command('export')
    .description('write a stored network, pruned or not, as files for other programs')
    .argument('<checkpoint>', 'checkpoint.safetensors, or the folder of a trial', text)
    .addOption(
      new Option('--format <formats>', `some of ${EXPORT_FORMATS.join(', ')}`)
        .argParser(someOf(EXPORT_FORMATS))
        .default(['onnx'], 'onnx'),
    )
    .option('--prune <fraction>', 'share of all weights to remove first, e.g. 0.95 (default: none)', share)
    .option('--pruner <name>', "criterion (default: the first of the network's trial)")
    .option('--pruner-option <name=value>', 'one of its own options; repeatable', collect(assignment))
    .addOption(
      new Option(
        '--scope <scope>',
        'rank weights together, by layer or by unit (default: as the trial did)',
      ).choices(['global', 'layer', 'unit']),
    )
    .option('--include <roles>', 'what is ranked and removed: weight,bias (default: as the trial did)', roles)
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
    .option('--data-dir <dir>', 'page: folder of the data set, for an image of each class')
    .option('--out <dir>', 'folder to write them to (default: beside the checkpoint)')
    .option('--force', 'replace files that exist')
    .option('--plugin <path|package>', 'plugin to load; repeatable', collect(text))
    .option('--json', 'print the outcome as one JSON document')
    .action(async (checkpoint: string, flags: NetworkExportFlags) =>
      onExit(await (await import('./commands/export.js')).exportNetwork(checkpoint, flags)),
    );

  program
    .command('import')
    .description('make a trial of a network that was trained elsewhere: to prune, measure and export it')
    .argument(
      '<file>',
      'model.json of a Keras or tfjs layers model, or the state dict of a PyTorch MLP or LeNet as .safetensors',
      text,
    )
    .requiredOption('--dataset <name>', 'data set that it was trained on')
    .addOption(datasetOption())
    .option('--data-dir <dir>', 'folder that holds its files')
    .option(
      '--divisor <number>',
      'pixels were divided by this (default: what the file says, else 255)',
      positive,
    )
    .option('--mean <number>', 'and then this was subtracted, as by torchvision Normalize', (text) =>
      number(text, 'a number'),
    )
    .option('--sd <number>', 'and what was left divided by this', positive)
    .option('--method <name>', 'sgd, or laplace, which lays a posterior around the weights', 'sgd')
    .option('--option <name=value>', "one of the method's own options; repeatable", collect(assignment))
    .option('--limit <n>', 'laplace: fit it to so many training examples (default: all)', count)
    .addOption(
      new Option('--activation <kind>', 'state dict: what follows hidden layers (default: relu)').choices([
        'relu',
        'tanh',
      ]),
    )
    .addOption(
      new Option('--pool <kind>', 'state dict: what follows convolutions (default: max-pool)').choices([
        'max-pool',
        'average-pool',
        'none',
      ]),
    )
    .option('--out <dir>', 'folder to make (default: beside the file)')
    .option('--force', 'replace the checkpoint in it if there is one')
    .option('--plugin <path|package>', 'plugin to load; repeatable', collect(text))
    .option('--json', 'print the outcome as one JSON document')
    .action(async (file: string, flags: ImportFlags) =>
      onExit(await (await import('./commands/import.js')).importNetwork(file, flags)),
    );

  program
    .command('evaluate')
    .description('measure a stored network: error, calibration, out-of-distribution detection')
    .argument('<checkpoint>', 'checkpoint, or the folder of a trial', text)
    .option('--dataset <name>', 'data set (default: the one it was trained on)')
    .addOption(datasetOption())
    .option(DATA_DIR, 'folder that holds its files')
    .option('--ood <name>', 'data set whose test examples count as out-of-distribution')
    .option('--samples <n>', 'draws averaged for a prediction; 0: the mean network only', countOrZero, 10)
    .option('--plugin <path|package>', 'plugin to load; repeatable', collect(text))
    .option('--json', 'print the measurements as one JSON document')
    .action(async (checkpoint: string, flags: EvaluateFlags) =>
      onExit(await (await import('./commands/evaluate.js')).evaluate(checkpoint, flags)),
    );

  program
    .command('predict')
    .description(
      'answer for pictures, IDX files, tables or JSON lines: what it is, and how sure the network is',
    )
    .argument(
      '<model>',
      'model file (bbb export --format sparse), checkpoint, or the folder of a trial',
      text,
    )
    .argument('[files...]', 'PNG, JPEG, IDX or CSV files; - or none: JSON lines on standard input')
    .option(
      '--samples <n>',
      'draws that answer together; 0: the mean network (default: as trained)',
      countOrZero,
    )
    .option(
      '--max-risk <part>',
      'say "not sure" below the probability above which validation examples have this error, e.g. 1%',
      percentage,
    )
    .option(DATA_DIR, 'folder of the data set it was trained on, to calibrate on')
    .option('--plugin <path|package>', 'plugin to load; repeatable', collect(text))
    .option('--json', 'print the answers as one JSON document')
    .action(async (model: string, files: string[], flags: PredictFlags) =>
      onExit(await (await import('./commands/predict.js')).predict(model, files, flags)),
    );

  program
    .command('report')
    .description('write the tables and figures of a sweep, finished or not, or of two side by side')
    .argument('<dir>', 'folder of the sweep', text)
    .argument('[other]', 'another one, with --compare', text)
    .option('--compare', 'set two sweeps side by side')
    .option('--ensembles', 'measure the networks of all seeds of each configuration as an ensemble, too')
    .option('--reference <label>', 'method that the answer compares the others with (default: the first)')
    .option(
      '--sparsity <fraction>',
      'sparsity that the answer is about, e.g. 0.9 (default: where methods differ most on validation examples)',
      share,
    )
    .option(
      '--target-error <error>',
      'tell the highest sparsity whose validation error stays below, at 95 % confidence over the seeds, e.g. 2%',
      errorTarget,
    )
    .option('--format <names>', 'html, md, csv, json, svg, png, tensorboard (default: html,md,csv)', words)
    .option('--out <dir>', 'where to write them (default: the folder of the sweep)')
    .option(DATA_DIR, 'refuse unless the results are of the data in this folder')
    .option(
      '--plugin <path|package>',
      'plugin with the data set (--data-dir) or the method (--ensembles); repeatable',
      collect(text),
    )
    .action(async (dir: string, other: string | undefined, flags: ReportFlags) =>
      onExit(await (await import('./commands/report.js')).report(dir, other, flags)),
    );

  program
    .command('serve')
    .description(
      'show a sweep in the browser, live while it runs: curves, trials, hyper-parameters, the report; or ask a network of images',
    )
    .argument(
      '<dir>',
      'folder of the sweep; or a model file, a checkpoint or the folder of a trial, whose network is asked',
      text,
    )
    .option('--port <n>', 'port to listen at; 0: any that is free', port, 8080)
    .option(
      '--host <address>',
      'address to listen at; 0.0.0.0: other machines too, for those who have the token',
      '127.0.0.1',
    )
    .option('--data-dir <dir>', 'of a network: folder of the data set, for an image of each class')
    .option('--plugin <path|package>', 'of a network: plugin to load; repeatable', collect(text))
    .action(async (dir: string, flags: ServeFlags) =>
      onExit(await (await import('./commands/serve.js')).serve(dir, flags)),
    );

  program
    .command('plugins')
    .description(
      'list methods, pruners, executors and all else that plugins contribute, or show one with its options',
    )
    .argument('[name]', 'one of them, or a kind such as pruners', text)
    .option('--plugin <path|package>', 'plugin to load; repeatable', collect(text))
    .option('--json', 'print them as one JSON document')
    .action(async (name: string | undefined, flags: PluginsFlags) =>
      onExit(await (await import('./commands/plugins.js')).plugins(name, flags)),
    );

  const data = program
    .command('data')
    .description('which data sets are here, whether they are intact, and how to get the others')
    .option(DATA_DIR, 'folder to look in')
    .option('--json', 'print it as one JSON document')
    .action(async (flags: DataFlags) => onExit(await (await import('./commands/data.js')).data(flags)));
  const inspected = data
    .enablePositionalOptions()
    .command('inspect')
    .description(
      'what a table, a folder of pictures, arrays or a data set hold, and the command to train on it',
    )
    .argument('<what>', 'a file, a folder, or the name of a data set', text);
  addSetOptions(inspected)
    .option('--out <file>', 'write a picture (PNG) of examples, or of histograms for a table')
    .option('--force', 'replace the file if it exists')
    .option('--show', 'draw examples as text (default: on a terminal)')
    .option('--no-show', 'draw none')
    .option('--plugin <path|package>', 'plugin to load; repeatable', collect(text))
    .option('--json', 'print it as one JSON document')
    .action(async (what: string, flags: InspectFlags) =>
      onExit(await (await import('./commands/inspect.js')).inspect(what, flags)),
    );

  addHelpCommand(program);
  return program;
}

const EXAMPLES = `
Examples:
  bbb sweep --seeds 5            the main job: five ways to train, five seeds, pruned up to 99 %
  bbb sweep --preset study       the study's own protocol
  bbb plugins                    what there is to choose from
  bbb data                       which data sets are here
  bbb data inspect DIR           what your own data are, and the command to train on them

Text for people goes to standard error, data to standard output.
Exit codes: 0 done, 1 some trials failed, 2 wrong usage, 3 damaged results, 4 disk full,
130 interrupted (Ctrl-C), 143 terminated (SIGTERM).`;

const SWEEP_EXAMPLES = `
Examples:
  bbb sweep --seeds 5
  bbb sweep --dataset fashion-mnist --epochs 10 --hidden 400,400 --prune 0,0.5,0.9
  bbb sweep --network cnn --methods sgd,bbb-gaussian --epochs 3
  bbb sweep --plugin ./my-pruner.ts --pruners my-pruner
  bbb sweep --trials 20 --sampler tpe --scheduler asha --space training.optimizer.learningRate=logUniform:1e-4:1e-1
  bbb sweep --set training.schedule.kind=cosine --grid training.optimizer.learningRate=1e-3,1e-4

The same command again goes on where it stopped: finished trials are kept.`;

const BANDIT_EXAMPLES = `
Examples:
  bbb bandit --seeds 5
  bbb bandit --agents thompson,greedy --rounds 500
  bbb bandit --dataset csv --data-dir mushrooms --dataset-option target=class --bad p

The same command again goes on where it stopped: finished runs are kept.`;

const TRAIN_EXAMPLES = `
The options of a method, with their defaults: bbb plugins METHOD`;
