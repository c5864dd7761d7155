import type { Params, WeightPosterior } from '../model/model.js';
import { linearLayers } from '../network/architecture.js';
import type { OpenTrial } from '../trial/open-trial.js';
import type { ByteImage, FirstLayerReport } from '../result/result.js';

/** Number of hidden units that are shown one by one. */
const SHOWN_UNITS = 16;

/** Which weights of the first layer are kept at a share of pruning. Without a mask all are kept. */
export interface KeptAt {
  readonly share: number;
  readonly keep?: Uint8Array;
}

/** The report on the first layer, if it is fully connected and its inputs are grey images; else undefined. */
export function firstLayerOf(
  { model }: Pick<OpenTrial, 'model'>,
  params: Params,
  kept: readonly KeptAt[],
): FirstLayerReport | undefined {
  const { inputShape } = model.architecture;
  const [linear] = linearLayers(model.architecture);
  if (linear?.kind !== 'dense' || inputShape.length !== 3 || inputShape[2] !== 1) return undefined;
  const layer = model.posterior(params)[0]!;
  return firstLayerReport(
    layer,
    kept.toSorted((a, b) => a.share - b.share),
  );
}

/**
 * Shows the weights of the first layer as images of the inputs.
 * @param layer weights of the layer, `[inputs, units]`
 * @param kept masks, by ascending share
 */
export function firstLayerReport(layer: WeightPosterior, kept: readonly KeptAt[]): FirstLayerReport {
  const [inputs, units] = layer.shape as [number, number];
  const { mu, sigma } = layer;
  const all = new Uint8Array(mu.length).fill(1);
  const masks = kept.map(({ keep = all }) => keep);
  const norms = Array.from({ length: units }, (_, unit) => squares(ofUnit(mu, unit, units)));
  const largest = Array.from(norms.keys())
    .sort((a, b) => norms[b]! - norms[a]! || a - b)
    .slice(0, SHOWN_UNITS);
  const times = timesKept(masks, mu.length);
  return {
    meanAbsMu: byteImage(overUnits(mu.map(Math.abs), inputs, units)),
    ...(sigma ? { meanSigma: byteImage(overUnits(sigma, inputs, units)) } : {}),
    kept: kept.map(({ share }, k) => ({
      share,
      image: byteImage(overUnits(masks[k]!, inputs, units), 0, 1),
    })),
    units: largest.map((unit) => ({
      unit,
      mu: byteImage(ofUnit(mu, unit, units)),
      ...(sigma ? { sigma: byteImage(ofUnit(sigma, unit, units)) } : {}),
      kept: byteImage(ofUnit(times, unit, units), 0, kept.length),
    })),
  };
}

type Values = Float32Array | Float64Array | Uint8Array;

/** By input: the mean over the units of values `[inputs, units]`. */
function overUnits(values: Values, inputs: number, units: number): Float64Array {
  const means = new Float64Array(inputs);
  for (let input = 0, i = 0; input < inputs; input++) {
    let sum = 0;
    for (let unit = 0; unit < units; unit++) sum += values[i++]!;
    means[input] = sum / units;
  }
  return means;
}

/** By input: the value of one unit. */
function ofUnit(values: Values, unit: number, units: number): Float64Array {
  const own = new Float64Array(values.length / units);
  for (let input = 0; input < own.length; input++) own[input] = values[input * units + unit]!;
  return own;
}

function squares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/** By weight: how many of the masks keep it. */
function timesKept(masks: readonly Uint8Array[], weights: number): Float64Array {
  const times = new Float64Array(weights);
  for (const mask of masks) for (let i = 0; i < weights; i++) times[i]! += mask[i]!;
  return times;
}

/** Scaled to bytes between `low` and `high`, by default the smallest and the largest value. */
function byteImage(
  values: Float64Array,
  low: number = values.reduce((a, b) => Math.min(a, b)),
  high: number = values.reduce((a, b) => Math.max(a, b)),
): ByteImage {
  const range = high - low || 1;
  const bytes = Uint8Array.from(values, (value) => Math.round(((value - low) / range) * 255));
  return { low, high, bytes: Buffer.from(bytes).toString('base64') };
}
