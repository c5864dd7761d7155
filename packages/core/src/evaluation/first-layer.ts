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
  const overUnits = (value: (i: number) => number): Float64Array =>
    Float64Array.from({ length: inputs }, (_, pixel) => {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) sum += value(pixel * units + unit);
      return sum / units;
    });
  const ofUnit = (unit: number, value: (i: number) => number): Float64Array =>
    Float64Array.from({ length: inputs }, (_, pixel) => value(pixel * units + unit));
  const isKept = (mask: Uint8Array | undefined, i: number): number => (mask ? mask[i]! : 1);

  const norms = Array.from({ length: units }, (_, unit) =>
    ofUnit(unit, (i) => mu[i]! * mu[i]!).reduce((a, b) => a + b),
  );
  const largest = Array.from(norms.keys())
    .sort((a, b) => norms[b]! - norms[a]! || a - b)
    .slice(0, SHOWN_UNITS);
  return {
    meanAbsMu: byteImage(overUnits((i) => Math.abs(mu[i]!))),
    ...(sigma ? { meanSigma: byteImage(overUnits((i) => sigma[i]!)) } : {}),
    kept: kept.map(({ share, keep }) => ({
      share,
      image: byteImage(
        overUnits((i) => isKept(keep, i)),
        0,
        1,
      ),
    })),
    units: largest.map((unit) => ({
      unit,
      mu: byteImage(ofUnit(unit, (i) => mu[i]!)),
      ...(sigma ? { sigma: byteImage(ofUnit(unit, (i) => sigma[i]!)) } : {}),
      kept: byteImage(
        ofUnit(unit, (i) => kept.reduce((sum, { keep }) => sum + isKept(keep, i), 0)),
        0,
        kept.length,
      ),
    })),
  };
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
