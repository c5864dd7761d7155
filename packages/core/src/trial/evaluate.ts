import type { Key, Ops } from '@bbb/kernels';
import { categoricalDetection, categoricalMetrics, entropyHistograms } from '../metrics/categorical.js';
import { UncertaintyAccumulator, type Uncertainty } from '../metrics/uncertainty.js';
import { BbbError } from '../errors.js';
import type { Model, Params } from '../model/model.js';
import { fold } from '../random/key.js';
import { predictLogits } from './predict.js';
import type { Evaluation } from './result.js';
import type { Examples } from './train.js';

/** What every network of a trial is measured on. */
export interface EvaluationSets {
  readonly test: Examples;
  /** By data set name. */
  readonly outOfDistribution: Readonly<Record<string, Examples>>;
}

/** One way to predict: the mean network, or so many draws. */
export type Prediction =
  { readonly predict: 'mean' } | { readonly predict: 'samples'; readonly samples: number };

/**
 * Measures a network by its mean and, when it is stochastic and samples are asked for, by the averaged probabilities of
 * draws. The draws depend on the key alone: networks pruned differently see the same noise, and every data set the same
 * networks, without which their uncertainties could not be compared.
 */
export function evaluate(
  ops: Ops,
  model: Model,
  params: Params,
  sets: EvaluationSets,
  samples: number,
  key: Key,
): { evaluations: Evaluation[]; uncertainty: Uncertainty } {
  const ways: Prediction[] = [{ predict: 'mean' }];
  if (model.stochastic && samples > 0) ways.push({ predict: 'samples', samples });
  let uncertainty: Uncertainty | undefined;
  const evaluations = ways.map((way) => {
    const onTest = predictWith(ops, model, params, sets.test, way, key);
    uncertainty = onTest;
    const labels = Uint8Array.from(sets.test.rows, (row) => sets.test.labels[row]!);
    const { classes } = model.architecture;
    const outside = Object.entries(sets.outOfDistribution).map(
      ([name, examples]) => [name, predictWith(ops, model, params, examples, way, key)] as const,
    );
    const ood = outside.map(([name, uncertain]) => [name, categoricalDetection(onTest, uncertain)] as const);
    const entropies = [['test', onTest] as const, ...outside].map(
      ([name, uncertain]) => [name, entropyHistograms(uncertain, classes)] as const,
    );
    return {
      predict: way.predict,
      samples: way.predict === 'samples' ? way.samples : 0,
      ...categoricalMetrics(onTest, labels, classes),
      ...(ood.length > 0 ? { ood: Object.fromEntries(ood) } : {}),
      entropy: Object.fromEntries(entropies),
    };
  });
  return { evaluations, uncertainty: uncertainty! };
}

/**
 * Class probabilities of the examples and how uncertain they are: of the mean network, or averaged over draws that are a pure
 * function of the key.
 * @throws BbbError `E_PREDICT_SAMPLES` unless the number of draws is a whole one from 1, `E_DATA_SHAPE` for images of another size
 */
export function predictWith(
  ops: Ops,
  model: Model,
  params: Params,
  examples: Examples,
  way: Prediction,
  key: Key,
): Uncertainty {
  const { classes, inputs } = model.architecture;
  if (examples.pixels !== inputs) {
    throw new BbbError(
      'E_DATA_SHAPE',
      `Images have ${examples.pixels} pixels; the network takes ${inputs}.`,
      {
        hint: 'Predict with a network that was trained on images of this size.',
      },
    );
  }
  if (way.predict === 'samples' && !(Number.isSafeInteger(way.samples) && way.samples > 0)) {
    throw new BbbError('E_PREDICT_SAMPLES', `Can't average over ${way.samples} draws.`, {
      hint: "Choose a whole number from 1, e.g. 10, or predict: 'mean'.",
    });
  }
  const accumulator = new UncertaintyAccumulator(examples.rows.length, classes);
  const members = way.predict === 'mean' ? 1 : way.samples;
  for (let s = 0; s < members; s++) {
    const network = model.draw(params, way.predict === 'mean' ? 'mean' : fold(key, 'sample', s));
    try {
      accumulator.addLogits(predictLogits(ops, network, examples, classes));
    } finally {
      network.dispose();
    }
  }
  return accumulator.finish();
}
