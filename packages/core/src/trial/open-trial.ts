import type { Ops } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import type { DataSpec } from '../data/spec.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import type { Model } from '../model/model.js';
import type { Trainer } from '../model/trainer.js';
import { countWeights, type Architecture } from '../network/architecture.js';
import { shapeText, sizeOf, type Shape } from '../network/shape.js';
import { makeMethod } from '../plugin/methods.js';
import { parseOptions } from '../plugin/options.js';
import type { Registry } from '../plugin/registry.js';
import { trialKeys, type TrialKeys } from './keys.js';
import type { Trial } from './trial.js';

/** Everything that a trial names, resolved. Running, resuming, pruning, evaluating and predicting all begin with it. */
export interface OpenTrial {
  readonly trial: Trial;
  readonly data: DataSpec;
  readonly keys: TrialKeys;
  readonly architecture: Architecture;
  readonly likelihood: Likelihood;
  readonly model: Model;
  readonly trainer: Trainer;
}

/**
 * Makes all that a trial names: architecture, likelihood, model and trainer.
 * @param trial the whole description of the experiment: data, network, method, training, pruning, seed
 * @param data shape of the inputs and kind of the targets
 * @param host the registry and the ops
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`, `E_NETWORK`, `E_LIKELIHOOD`, `E_METHOD`, and what the parts themselves throw
 */
export function openTrial(
  trial: Trial,
  data: DataSpec,
  { registry, ops }: { readonly registry: Registry; readonly ops: Ops },
): OpenTrial {
  const likelihood = likelihoodOf(trial, data, registry);
  const architecture = networkOf(
    trial,
    { inputShape: data.inputShape, outputs: likelihood.outputs },
    registry,
  );
  const context = {
    architecture,
    likelihood,
    ops,
    optimizer: trial.training.optimizer,
    batchSize: trial.training.batchSize,
  };
  const made = makeMethod(trial.method, context, registry);
  return { trial, data, keys: trialKeys(trial.seed), architecture, likelihood, ...made };
}

/**
 * The likelihood of a trial. If the trial names none, it is the first one in the registry that fits the targets.
 * @param trial its likelihood, if it names one
 * @param data kind of the targets
 * @param registry the registry in which the parts of the trial are looked up
 * @throws BbbError `E_LIKELIHOOD` for class targets with a likelihood for real ones, or the other way round
 */
export function likelihoodOf(
  { likelihood }: Pick<Trial, 'likelihood'>,
  { target, preprocessing }: Pick<DataSpec, 'target' | 'preprocessing'>,
  registry: Registry,
): Likelihood {
  const fitting = registry.list('likelihoods').filter(({ value }) => value.target === target.kind);
  const use = likelihood?.use ?? fitting[0]?.name;
  const kinds = { class: 'classes', real: 'real numbers' } as const;
  const names = fitting.map(({ name }) => name).join(', ') || 'none';
  if (use === undefined) {
    throw new BbbError(
      'E_LIKELIHOOD',
      `No loaded likelihood is for targets that are ${kinds[target.kind]}.`,
      {
        hint: 'Load a plugin that contributes one: --plugin.',
      },
    );
  }
  const definition = registry.get('likelihoods', use);
  if (definition.target !== target.kind) {
    throw new BbbError(
      'E_LIKELIHOOD',
      `The likelihood "${use}" is for ${kinds[definition.target]}, but the targets of the data are ${kinds[target.kind]}.`,
      { hint: `Likelihoods that fit: ${names}.` },
    );
  }
  const options = parseOptions(use, definition.options, likelihood?.options ?? {});
  return definition.create(options, {
    target,
    ...(preprocessing.target ? { scaling: preprocessing.target } : {}),
  });
}

/** Creates a network. If the kernels refuse a geometry, the error names the network. */
function created(
  use: string,
  create: () => Architecture,
  { inputShape }: { readonly inputShape: Shape },
): Architecture {
  try {
    return create();
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof BbbError || !codeOf(cause).startsWith('KERNEL_'))
      throw cause;
    throw new BbbError(
      'E_NETWORK',
      `The network "${use}" does not fit examples of ${shapeText(inputShape)}: ${cause.message}`,
      { hint: `bbb plugins ${use} lists its options.`, cause },
    );
  }
}

function codeOf({ code }: Error & { readonly code?: unknown }): string {
  return typeof code === 'string' ? code : '';
}

/** Four tensors of this size (weights, gradients, two moments) fill the 4 GiB that WebAssembly can address. */
const MOST_WEIGHTS = 2 ** 28;

/**
 * The network of a trial. If the trial names none, it is the first one in the registry, with the widths of `hidden`.
 * @param trial the members that name the network
 * @param context shape of an example, and the number of outputs that the likelihood needs
 * @param registry a registry that has the network, of `createRegistry()`
 * @throws BbbError `E_NETWORK` for a network that does not fit the data, or whose weights do not fit into memory
 */
export function networkOf(
  { network, hidden }: Pick<Trial, 'network' | 'hidden'>,
  context: { readonly inputShape: Shape; readonly outputs: number },
  registry: Registry,
): Architecture {
  const use = network?.use ?? registry.list('networks')[0]?.name;
  if (use === undefined) {
    throw new BbbError('E_NETWORK', 'No loaded plugin contributes a network.', {
      hint: 'Load @bbb/plugins.',
    });
  }
  const definition = registry.get('networks', use);
  const options = parseOptions(use, definition.options, network?.options ?? { hidden });
  const architecture = created(use, () => definition.create(options, context), context);
  const weights = countWeights(architecture);
  if (weights > MOST_WEIGHTS) {
    throw new BbbError(
      'E_NETWORK',
      `The network would have ${weights} weights; the limit is ${MOST_WEIGHTS}.`,
      { hint: 'Choose fewer or narrower layers.' },
    );
  }
  if (
    architecture.outputs !== context.outputs ||
    sizeOf(architecture.inputShape) !== sizeOf(context.inputShape)
  ) {
    throw new BbbError(
      'E_NETWORK',
      `The network "${use}" gives ${architecture.outputs} numbers for each example; the likelihood needs ${context.outputs}.`,
      { hint: 'Let create() build as many outputs as its context says: context.outputs.' },
    );
  }
  return architecture;
}
