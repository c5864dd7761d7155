import {
  BbbError,
  sizeOf,
  type Dataset,
  type OpenTrial,
  type Params,
  type Registry,
  type Trial,
  type Use,
} from '@bbb/core';
import type { ImportedLayer, ImportedNetwork } from '@bbb/export';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import type { ImportFlags } from '../options/kinds.js';
import { optionsOf } from '../run/executor.js';
import type { Ops } from './open.js';

/**
 * The trial that an imported network gets: its network, data and method, and defaults for everything else.
 * @throws BbbError if the network's outputs do not fit the data, and what a sweep's configuration throws
 */
export function planImport(
  { layers, divisor }: ImportedNetwork,
  { target, name }: Dataset,
  flags: ImportFlags,
  registry: Registry,
): Trial {
  const last = layers.at(-1);
  const outputs = target.kind === 'class' ? target.classes : 1;
  if (last?.kind !== 'dense' || last.units !== outputs) {
    throw new BbbError(
      'E_IMPORT',
      `The network gives ${last?.kind === 'dense' ? last.units : 'no'} numbers for each example; ${name} needs ${outputs}.`,
      { hint: 'Name the data set that it was trained on: --dataset.' },
    );
  }
  const normalised = flags.mean !== undefined || flags.sd !== undefined;
  const config = parseSweepConfig({
    dataset: { use: flags.dataset, options: optionsOf(flags.datasetOption) },
    methods: [{ use: flags.method ?? registry.list('methods')[0]!.name, options: optionsOf(flags.option) }],
    networks: [networkOf(layers.slice(0, -1), registry)],
    validation: 0,
    divisor: flags.divisor ?? divisor ?? 255,
    ...(normalised ? { scaling: 'standardise' } : {}),
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    // The schema requires an epoch, although none was trained here.
    training: { epochs: 1 },
  });
  const { trial } = planSweep(config, registry).trials[0]!;
  const { calibration: testCalibration } = flags;
  return testCalibration === undefined ? trial : { ...trial, data: { ...trial.data, testCalibration } };
}

/** The first network of the registry that can have these hidden layers. */
function networkOf(hidden: readonly ImportedLayer[], registry: Registry): Use {
  for (const { name, value } of registry.list('networks')) {
    const options = value.optionsFor?.(hidden);
    if (options) return { use: name, options };
  }
  throw new BbbError(
    'E_IMPORT',
    `No loaded network has the hidden layers ${hidden.map(({ kind }) => kind).join(', ')}.`,
    { hint: 'Load a plugin that contributes one: --plugin.' },
  );
}

/**
 * Replaces the method's parameters by the imported weights.
 * @throws BbbError `E_IMPORT` for weights of another shape, or a method whose mean network has others
 */
export function fillWeights(
  ops: Ops,
  { model, architecture }: OpenTrial,
  params: Params,
  { weights }: ImportedNetwork,
): void {
  for (const { name, shape } of architecture.weights) {
    const size = sizeOf(shape);
    const values = weights[name];
    const spec = model.params.find(({ weight }) => weight === name);
    if (values?.length !== size || !spec) {
      throw new BbbError(
        'E_IMPORT',
        `The tensor ${name} has ${values?.length ?? 0} elements; the network has [${shape.join(', ')}].`,
        { hint: 'Name the data set that it was trained on: --dataset.' },
      );
    }
    ops.write(params[spec.name]!, values);
  }
}
