import {
  BbbError,
  isLinear,
  sizeOf,
  type Layer,
  type OpenCheckpoint,
  type OutputForm,
  type Preprocessing,
  type Shape,
} from '@bbb/core';
import type { Key, Ops } from '@bbb/kernels';

/** The weights of one network by name, and the parameters of its likelihood. */
export interface PlainWeights {
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly likelihood: Readonly<Record<string, Float32Array>>;
}

/** Networks as plain numbers. Files for other programs are written from these. */
export interface PlainNetwork {
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
  readonly form: OutputForm;
  readonly preprocessing: Preprocessing;
  /** The mean network alone, or the draws that were asked for. */
  readonly members: readonly PlainWeights[];
}

/**
 * @param samples number of draws; 0 for the mean network
 * @throws BbbError `E_EXPORT` for a layer or a likelihood that files can't hold, or a model without a mean network
 */
export function plainNetwork(
  { model, params, likelihood, architecture, data }: Omit<OpenCheckpoint, 'dispose'>,
  ops: Ops,
  samples: number,
  key: Key,
): PlainNetwork {
  if (!likelihood.form) {
    throw new BbbError('E_EXPORT', 'The likelihood of this network does not describe its outputs.', {
      hint: 'Give the likelihood a "form".',
    });
  }
  if (samples === 0 && model.hasMean === false) {
    throw new BbbError('E_EXPORT', 'This model has no mean network.', {
      hint: 'Export draws: --samples 10.',
    });
  }
  if (samples > 0 && model.plainDraws === false) {
    throw new BbbError(
      'E_EXPORT',
      'The draws of this network can not be exported: they depend on more than weights, and files hold weights only.',
      {
        hint: 'Export the mean network: --samples 0.',
      },
    );
  }
  architecture.layers.forEach(checkLayer);
  const members = (samples === 0 ? (['mean'] as const) : model.draws(samples, key)).map(
    (draw): PlainWeights => {
      const network = model.draw(params, draw);
      const read = (tensors: typeof network.weights): Record<string, Float32Array> =>
        Object.fromEntries(
          Object.entries(tensors).map(([name, x]) => [name, Float32Array.from(ops.read(x))] as const),
        );
      try {
        return { weights: read(network.weights), likelihood: read(network.likelihood) };
      } finally {
        network.dispose();
      }
    },
  );
  return {
    inputShape: architecture.inputShape,
    layers: architecture.layers,
    form: likelihood.form,
    preprocessing: data.preprocessing,
    members,
  };
}

/**
 * Size of the weights of one network as float32, in bytes. Zeros count, too.
 *
 * @param network the layers of the network; layers without weights have size 0
 */
export function denseBytes({ layers }: Pick<PlainNetwork, 'layers'>): number {
  return layers
    .filter(isLinear)
    .reduce((sum, { weight, bias }) => sum + 4 * (sizeOf(weight.shape) + sizeOf(bias.shape)), 0);
}

const WINDOWED = new Set(['conv2d', 'max-pool', 'average-pool']);
const PLAIN = new Set(['dense', 'flatten', 'relu', 'tanh']);

/** Refuses unknown kinds of layers: a plugin's layer may have any name, and only for these kinds is it known what they compute. */
function checkLayer({ kind, geometry }: Layer): void {
  if (PLAIN.has(kind) || (WINDOWED.has(kind) && geometry)) return;
  throw new BbbError('E_EXPORT', `The layer "${kind}" can't be exported.`, {
    hint: `Layers that can be exported: ${[...PLAIN, ...WINDOWED].join(', ')}.`,
  });
}
