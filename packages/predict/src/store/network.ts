import type { Draw, Model, Network, OpenCheckpoint, Params } from '@bbb/core';
import { fold } from '@bbb/base';
import type { Key, Ops } from '@bbb/kernels';
import type {
  StoredCalibration,
  StoredModel,
  StoredPosterior,
  StoredTensor,
  StoredTensors,
} from '../format/model.js';
import { storedLayers } from './layers.js';
import { storedTarget } from './target.js';

export interface StoreOptions {
  /**
   * Number of draws that the model predicts with by default. If the posterior is not Gaussian, the file holds these draws. Default: the
   * number of draws of the trial.
   */
  readonly samples?: number;
  readonly calibration?: StoredCalibration;
  /** Texts for people, e.g. where the model comes from. */
  readonly about?: Readonly<Record<string, string>>;
}

/** What `encodeModel` takes. */
export interface Stored {
  readonly model: StoredModel;
  readonly tensors: StoredTensors;
}

export type Storable = Pick<OpenCheckpoint, 'trial' | 'data' | 'keys' | 'likelihood' | 'model' | 'params'> & {
  readonly ops: Ops;
};

/**
 * Describes a network for a model file. Its draws have the same bits as those of `bbb evaluate`. Weights that are exactly 0 in the mean and
 * in every draw count as pruned. A Gaussian posterior is stored as means and standard deviations; any other stochastic model (dropout,
 * ensembles) as its draws.
 * If a draw does not predict as a forward pass through its weights does (`plainDraws` is false), only the mean network is stored.
 *
 * @throws BbbError `E_EXPORT` for a layer or a likelihood that a model file can't hold
 */
export function storeNetwork(network: Storable, { samples, calibration, about }: StoreOptions = {}): Stored {
  const { trial, data, keys, likelihood, model } = network;
  const hasMean = model.hasMean ?? true;
  const draws = samples ?? trial.prediction.samples;
  // A file can't hold draws that need more than their weights to predict, so it holds only the mean network.
  const stochastic = model.stochastic && draws > 0 && model.plainDraws !== false;
  const networks: Read[] = hasMean ? [read(network, 'mean')] : [];
  const sds = stochastic && hasMean ? gaussianSds(network, networks[0]!.weights) : undefined;
  if (!hasMean || (stochastic && !sds))
    for (const draw of model.draws(Math.max(1, draws), keys.evaluate)) networks.push(read(network, draw));
  const members = networks.length - (hasMean ? 1 : 0);
  const posterior: StoredPosterior = sds
    ? { kind: 'gaussian', key: keys.evaluate }
    : members > 0
      ? { kind: 'members', count: members, mean: hasMean }
      : { kind: 'point' };
  const tensors = networks.flatMap(({ weights }, index) => {
    const prefix =
      posterior.kind === 'members' && !(hasMean && index === 0)
        ? `members.${index - (hasMean ? 1 : 0)}.`
        : '';
    return Object.entries(weights).map(
      ([name, { shape, values }]) => [prefix + name, tensorOf(shape, values, sds?.[name])] as const,
    );
  });
  return {
    model: {
      inputShape: data.inputShape,
      scaling: data.preprocessing.input,
      ...(data.preprocessing.table ? { table: data.preprocessing.table } : {}),
      target: storedTarget(
        trial,
        data,
        likelihood,
        networks.map(({ parameters }) => parameters),
      ),
      layers: storedLayers(model.architecture),
      posterior,
      samples: sds ? draws : members,
      ...(calibration ? { calibration } : {}),
      ...(about ? { about } : {}),
    },
    tensors: Object.fromEntries(tensors),
  };
}

interface Read {
  readonly weights: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
  >;
  /** Parameters of the likelihood. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** Reads the numbers of one network. */
function read({ ops, model, params }: Storable, draw: Draw): Read {
  return withNetwork(model, params, draw, ({ weights, likelihood }) => ({
    weights: Object.fromEntries(
      model.architecture.weights.map(({ name, shape }) => [
        name,
        { shape, values: Float32Array.from(ops.read(weights[name]!)) },
      ]),
    ),
    parameters: Object.fromEntries(Object.entries(likelihood).map(([name, x]) => [name, ops.read(x)[0]!])),
  }));
}

function withNetwork<T>(model: Model, params: Params, draw: Draw, use: (network: Network) => T): T {
  const network = model.draw(params, draw);
  try {
    return use(network);
  } finally {
    network.dispose();
  }
}

/** The standard deviations by weight name; undefined unless the model's draws are mean + sd * epsilon with the keys that a predictor uses. */
function gaussianSds(
  network: Storable,
  mean: Read['weights'],
): Readonly<Record<string, Float32Array>> | undefined {
  const { ops, model, params, keys } = network;
  const posterior = new Map(model.posterior(params).map(({ of, name, sigma }) => [of ?? name, sigma]));
  const [draw] = model.draws(1, keys.evaluate);
  if (!isKey(draw)) return undefined;
  const drawn = read(network, draw).weights;
  const sds: Record<string, Float32Array> = {};
  for (const [name, { shape, values }] of Object.entries(mean)) {
    const sigma = posterior.get(name);
    if (sigma?.length !== values.length) return undefined;
    const scratch = ops.alloc(shape);
    ops.standardNormal(scratch, fold(draw, 'weight', name));
    const epsilon = ops.read(scratch);
    ops.free(scratch);
    const agrees = drawn[name]!.values.every((w, i) => {
      const expected = values[i]! + sigma[i]! * epsilon[i]!;
      return Math.abs(w - expected) <= 1e-5 * (Math.abs(expected) + sigma[i]!);
    });
    if (!agrees) return undefined;
    sds[name] = sigma;
  }
  return sds;
}

function isKey(draw: Draw | undefined): draw is Key {
  return Array.isArray(draw);
}

function tensorOf(shape: readonly number[], mean: Float32Array, sd: Float32Array | undefined): StoredTensor {
  const keep = Uint8Array.from(mean, (value, i) =>
    value !== 0 || (sd !== undefined && sd[i] !== 0) ? 1 : 0,
  );
  return { shape, mean, ...(sd ? { sd } : {}), ...(keep.includes(0) ? { keep } : {}) };
}
