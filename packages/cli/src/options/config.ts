import type { PruneScope } from '@bbb/core';
import { Option, type Command } from 'commander';
import { assignment, axis, type Assignment, type Axis } from '../parse/assignment.js';
import { pluginOption, scopeOption } from './common.js';
import { DATA_DIR, addSetOptions, type SetFlags } from './data.js';
import { collect, roles, shares, text, widths, words } from '../parse/list.js';
import { count, countOrZero, fraction, positive } from '../parse/number.js';

/** Everything that a trial depends on. Absent members come from the preset or the method. */
export interface ConfigFlags extends SetFlags {
  readonly hidden?: readonly (readonly number[])[];
  readonly network?: readonly string[];
  readonly networkOption?: readonly Assignment[];
  readonly likelihood?: string;
  readonly likelihoodOption?: readonly Assignment[];
  readonly dataset?: string;
  readonly dataDir?: string;
  readonly validation?: number;
  readonly calibration?: number;
  readonly limit?: number;
  readonly divisor?: number;
  readonly scaling?: 'divide' | 'standardise';
  readonly testFraction?: number;
  readonly stratify?: boolean;
  /** The name of a data set, or `none`. */
  readonly ood?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly lr?: number;
  readonly optimizer?: 'sgd' | 'adam';
  readonly select?: 'last' | 'best';
  readonly prune?: readonly number[];
  readonly pruners?: readonly string[];
  readonly scope?: PruneScope;
  readonly exclude?: readonly string[];
  readonly layerShares?: readonly (readonly number[])[];
  readonly include?: readonly string[];
  readonly finetuneEpochs?: number;
  readonly procedure?: string;
  readonly procedureOption?: readonly Assignment[];
  readonly samples?: number;
  readonly set?: readonly Assignment[];
  readonly grid?: readonly Axis[];
  readonly plugin?: readonly string[];
  readonly fastMath?: true;
}

export function addConfigOptions(command: Command): Command {
  command.optionsGroup('Network and data:');
  return addAnything(addRest(addDatasetOptions(addLikelihoodOptions(addNetworkOptions(command)))));
}

/** Those of the options that have a meaning for agents, which learn from their actions: agents hold out, measure and prune nothing. */
export function addAgentOptions(command: Command): Command {
  command.optionsGroup('Network and data:');
  addDatasetOptions(addNetworkOptions(command)).optionsGroup('Training:');
  return addAnything(addStepOptions(command));
}

function addDatasetOptions(command: Command): Command {
  return addSetOptions(
    command
      .option('--dataset <name>', 'data set (bbb plugins lists them)')
      .option(DATA_DIR, 'folder or file that holds it'),
  );
}

function addNetworkOptions(command: Command): Command {
  return command
    .option('--hidden <widths>', 'hidden layers, e.g. 400,400, or none; repeatable', collect(widths))
    .option(
      '--network <name>',
      'network (bbb plugins networks lists them; default: fully connected, as --hidden says); repeatable',
      collect(text),
    )
    .option('--network-option <name=value>', 'one of its own options; repeatable', collect(assignment));
}

function addLikelihoodOptions(command: Command): Command {
  return command
    .option(
      '--likelihood <name>',
      'what turns outputs and targets into a loss (bbb plugins likelihoods lists them; default: what fits the targets)',
    )
    .option('--likelihood-option <name=value>', 'one of its own options; repeatable', collect(assignment));
}

/** Options for held-out examples, training and pruning. */
function addRest(command: Command): Command {
  command
    .option(
      '--validation <n>',
      'training examples held out for validation; of a --dataset that has fewer than the default, a tenth',
      countOrZero,
    )
    .option(
      '--calibration <n>',
      'validation examples that selection must not see: temperatures and conformal sets are fitted on them (default: on half of them, unless --select best looks at all)',
      countOrZero,
    )
    .option(
      '--test-fraction <part>',
      'share of the training part that the seed holds out for testing, in place of a test set, e.g. 10%',
      fraction,
    )
    .option(
      '--stratify',
      'give what the seed holds out every class by its share (default: with --test-fraction)',
    )
    .option('--no-stratify', 'hold out without regard to classes')
    .option('--limit <n>', 'use only so many training examples', count)
    .addOption(
      new Option(
        '--scaling <kind>',
        'how features become inputs: divided by the divisor (bytes, by default), or (x - mean) / sd by column (other numbers)',
      ).choices(['divide', 'standardise']),
    )
    .option('--divisor <number>', 'pixels are divided by this: 255, or 126 as in the paper', positive)
    .option('--ood <name>', 'data set whose test examples count as out-of-distribution, or none')
    .optionsGroup('Training:')
    .option('--epochs <n>', 'passes over the training examples', count);
  addStepOptions(command).addOption(
    new Option('--select <epoch>', 'whose weights are measured').choices(['last', 'best']),
  );
  return addPruning(command);
}

/** Options for pruning and prediction, and all other options. */
function addPruning(command: Command): Command {
  return command
    .optionsGroup('Pruning and prediction:')
    .option(
      '--prune <shares>',
      'sparsities: how many of the weights are removed, e.g. 50%,90% or 0.5,0.9',
      shares,
    )
    .option(
      '--pruners <names>',
      'criteria, e.g. a,b; each method is pruned by those that fit it (default: its own)',
      words,
    )
    .addOption(scopeOption())
    .option('--exclude <layers>', 'layers that are left alone, e.g. output or layers.1', words)
    .option(
      '--layer-shares <shares>',
      'a network with a sparsity for each layer, e.g. 99%,90%,50%; repeatable',
      collect(shares),
    )
    .option('--include <roles>', 'what is ranked and removed: weight,bias', roles)
    .option(
      '--procedure <name>',
      'when criteria are applied, and what is trained between (bbb plugins procedures lists them; default: once)',
    )
    .option('--procedure-option <name=value>', 'one of its own options; repeatable', collect(assignment))
    .option('--finetune-epochs <n>', 'epochs of training after pruning', countOrZero)
    .option('--samples <n>', 'draws averaged for a prediction; 0: the mean network only', countOrZero)
    .optionsGroup('Anything else:')
    .option('--fast-math', 'fused multiply-add: faster, not the same bits on every machine');
}

/** Options of a training step. */
function addStepOptions(command: Command): Command {
  return command
    .option('--batch <n>', 'examples in a minibatch', count)
    .option('--lr <rate>', 'learning rate', positive)
    .addOption(new Option('--optimizer <kind>', 'optimiser').choices(['sgd', 'adam']));
}

function addAnything(command: Command): Command {
  return command
    .optionsGroup('Anything else:')
    .option('--set <path=value>', 'set any member of the configuration; repeatable', collect(assignment))
    .option('--grid <path=a,b,c>', 'try each of several values; repeatable', collect(axis))
    .addOption(pluginOption('plugin to load: methods, pruners, reporters, ...'));
}
