import type { Key, Operand, Ops } from '@bbb/kernels';
import { targetsOf, type Examples } from '../data/examples.js';
import { keepInputs, type KeptInputs } from './kept-inputs.js';
import { remembering } from './remembering.js';
import { BbbError } from '../errors.js';
import { headlineError } from '../likelihood/headline.js';
import type { Accumulator, Likelihood } from '../likelihood/likelihood.js';
import type { Draw, Model, Network, Params } from '../model/model.js';
import type { Architecture } from '../network/architecture.js';
import { isLinear } from '../network/layer.js';
import { shapeText, sizeOf, type Shape } from '../network/shape.js';
import type { ValidationMetrics } from '../result/result.js';

/** Rows of a forward pass: enough for fast kernels, and few enough for any memory. */
const CHUNK = 1000;
/** Most numbers between two layers in a forward pass: 16 MB of float32. */
const MOST_BETWEEN = 4_000_000;

/** Rows of a forward pass, so that its widest layer has at most `MOST_BETWEEN` numbers. */
function chunkOf({ layers }: Architecture): number {
  const widest = Math.max(...layers.map(({ outShape }) => sizeOf(outShape)));
  // This changes no result: the bits of a row do not depend on the other rows.
  return layers.every((layer) => isLinear(layer) && layer.kind === 'dense')
    ? CHUNK
    : Math.max(1, Math.min(CHUNK, Math.floor(MOST_BETWEEN / widest)));
}

/** One way to predict: with the mean network, or with a number of draws. */
export type Prediction =
  { readonly predict: 'mean' } | { readonly predict: 'samples'; readonly samples: number };

/**
 * The outputs of the network, `[examples, outputs]`, row-major.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param architecture the layers of the network
 * @param network the weights
 * @param examples the examples to predict: rows of a data set
 * @param inputs inputs that are kept between calls, to make them once
 */
export function networkOutputs(
  ops: Ops,
  architecture: Architecture,
  network: Network,
  examples: Examples,
  inputs?: KeptInputs,
): Float32Array | Float64Array {
  return overBatches(ops, architecture, (x) => network.outputs(x), examples, inputs);
}

/** The variances of these outputs, `[examples, outputs]`. Undefined for a network that does not give variances. */
function outputVariances(
  ops: Ops,
  architecture: Architecture,
  network: Network,
  examples: Examples,
  inputs?: KeptInputs,
): Float32Array | Float64Array | undefined {
  if (!network.outputVariances) return undefined;
  return overBatches(ops, architecture, (x) => network.outputVariances!(x), examples, inputs);
}

/** Runs a forward pass over all examples in batches. Returns `[examples, outputs]`, row-major. */
function overBatches(
  ops: Ops,
  architecture: Architecture,
  pass: (x: Operand) => Operand,
  examples: Examples,
  inputs?: KeptInputs,
): Float32Array | Float64Array {
  const { rows } = examples;
  const chunk = chunkOf(architecture);
  const { outputs } = architecture;
  const all = new (ops.name === 'reference' ? Float64Array : Float32Array)(rows.length * outputs);
  for (let first = 0; first < rows.length; first += chunk) {
    const some = rows.subarray(first, first + chunk);
    const { with: withInputs } = inputs ?? keepInputs(ops, 0);
    withInputs(examples, some, sizeOf(architecture.inputShape), (x) => {
      const y = pass(x);
      try {
        all.set(ops.read(y), first * outputs);
      } finally {
        ops.free(y);
      }
    });
    examples.onRows?.(some.length);
  }
  return all;
}

/** The parts of an opened trial that predictions need. */
export interface Predicting {
  readonly ops: Ops;
  readonly model: Model;
  readonly likelihood: Likelihood;
  /** Given if several networks are measured on the same examples. */
  readonly inputs?: KeptInputs;
}

/**
 * The likelihood's prediction from the outputs of the mean network, or of draws. The draws are a pure function of the key.
 * @param predicting ops, model and likelihood
 * @param params the parameters of the model
 * @param examples the examples to predict: rows of a data set
 * @param way the mean network, or a number of draws
 * @param key says which random numbers: the same key gives the same ones
 * @throws BbbError `E_PREDICT_SAMPLES` unless the number of draws is a whole number from 1; `E_DATA_MISMATCH` for examples of another shape
 */
export function predictWith(
  predicting: Predicting,
  params: Params,
  examples: Examples,
  way: Prediction,
  key: Key,
): unknown {
  return predictSets(predicting, params, [examples], way, key)[0];
}

/** The outputs and the likelihood parameters of one member. */
export interface MemberOutputs {
  /**
   * The outputs for any examples, `[examples, outputs]`. For examples that are among those of the first call, the outputs are not computed
   * again.
   */
  readonly of: (examples: Examples) => Float32Array | Float64Array;
  /** Its likelihood parameters, by name. */
  readonly own: Readonly<Record<string, Float32Array | Float64Array>>;
}

/**
 * {@link predictWith} for several sets of examples; every draw is made once for all of them.
 * @param look called with each member before it predicts
 */
export function predictSets(
  { ops, model, likelihood, inputs }: Predicting,
  params: Params,
  sets: readonly Examples[],
  way: Prediction,
  key: Key,
  look?: (member: MemberOutputs) => void,
): unknown[] {
  for (const examples of sets) checkFit(examples, model.architecture);
  const accumulators = sets.map(({ rows }) => likelihood.accumulator(rows.length));
  for (const draw of membersOf(model, way, key)) {
    withNetwork(model, params, draw, (network) => {
      const member = {
        of: remembering((examples) => networkOutputs(ops, model.architecture, network, examples, inputs)),
        own: ownOf(ops, network),
      };
      look?.(member);
      const variances =
        network.outputVariances &&
        remembering((examples) => outputVariances(ops, model.architecture, network, examples, inputs)!);
      for (const [s, examples] of sets.entries())
        accumulators[s]!.add(member.of(examples), member.own, variances?.(examples));
    });
  }
  return accumulators.map((accumulator) => accumulator.finish());
}

function checkFit({ inputShape: given }: Examples, { inputShape }: Architecture): void {
  if (fits(given, inputShape)) return;
  throw new BbbError(
    'E_DATA_MISMATCH',
    `Examples are ${shapeText(given)}; the network takes ${shapeText(inputShape)}.`,
    { hint: 'Predict with a network that was trained on examples of this shape.' },
  );
}

/** The numbers of the likelihood's parameters, by name. */
function ownOf(ops: Ops, { likelihood }: Network): Record<string, Float32Array | Float64Array> {
  return Object.fromEntries(Object.entries(likelihood).map(([name, x]) => [name, ops.read(x)]));
}

/**
 * Adds the outputs of these draws of a network to an accumulator, which may already hold outputs of other draws.
 * @param accumulator the accumulator that the outputs of each draw are added to
 * @param predicting ops and model
 * @param params the parameters of the model
 * @param examples the examples to predict: rows of a data set
 * @param draws which networks
 */
export function addMembers(
  accumulator: Accumulator,
  { ops, model, inputs }: Pick<Predicting, 'ops' | 'model' | 'inputs'>,
  params: Params,
  examples: Examples,
  draws: readonly Draw[],
): void {
  for (const draw of draws) {
    withNetwork(model, params, draw, (network) => {
      const { architecture } = model;
      accumulator.add(
        networkOutputs(ops, architecture, network, examples, inputs),
        ownOf(ops, network),
        outputVariances(ops, architecture, network, examples, inputs),
      );
    });
  }
}

/** A network for images takes images of its shape. A network for rows of numbers takes any shape with as many numbers. */
function fits(given: Shape, taken: Shape): boolean {
  return taken.length === 3 ? given.join() === taken.join() : sizeOf(given) === sizeOf(taken);
}

function membersOf(model: Model, way: Prediction, key: Key): readonly Draw[] {
  if (way.predict === 'mean') return ['mean'];
  if (Number.isSafeInteger(way.samples) && way.samples > 0) return model.draws(way.samples, key);
  throw new BbbError('E_PREDICT_SAMPLES', `Can't average over ${way.samples} draws.`, {
    hint: "Choose a whole number from 1, e.g. 10, or predict: 'mean'.",
  });
}

/**
 * Calls `use` with the network of a draw, and disposes of the network afterwards.
 * @param model how parameters become networks
 * @param params the parameters of the model
 * @param draw which network: the mean, a key, or a member
 * @param use gets the network, which is freed afterwards
 */
export function withNetwork<T>(model: Model, params: Params, draw: Draw, use: (network: Network) => T): T {
  const network = model.draw(params, draw);
  try {
    return use(network);
  } finally {
    network.dispose();
  }
}

/**
 * The draw to look at if only one network can be looked at: the mean, or one draw if there is no mean network.
 * @param model how parameters become networks
 * @param key says which random numbers: the same key gives the same ones
 */
export function oneNetwork(model: Pick<Model, 'hasMean'>, key: Key): Draw {
  return (model.hasMean ?? true) ? 'mean' : key;
}

/**
 * Error and negative log-likelihood, which is all that selection uses. Both equal what an evaluation of the same examples gives: for the mean
 * network, or for `samples` draws together if there is no mean network. Undefined without examples.
 * @param predicting ops, model and likelihood
 * @param params the parameters of the model
 * @param examples the examples to predict: rows of a data set
 * @param key says which random numbers: the same key gives the same ones
 * @param samples number of draws, if there is no mean network. Default: 1
 */
export function validate(
  predicting: Predicting,
  params: Params,
  examples: Examples,
  key: Key,
  samples = 1,
): ValidationMetrics | undefined {
  const { ops, model, likelihood } = predicting;
  if (examples.rows.length === 0) return undefined;
  if (model.hasMean === false) {
    const way: Prediction = { predict: 'samples', samples: Math.max(1, samples) };
    const prediction = predictWith(predicting, params, examples, way, key);
    const { metrics } = likelihood.evaluate(prediction, targetsOf(examples, examples.rows), {});
    return { error: headlineError(likelihood.headline, metrics), nll: metrics.nll };
  }
  return withNetwork(model, params, oneNetwork(model, key), (network) => {
    const outputs = networkOutputs(ops, model.architecture, network, examples, predicting.inputs);
    return likelihood.validate(outputs, targetsOf(examples, examples.rows), ownOf(ops, network));
  });
}
