import {
  convGeometry,
  KernelError,
  poolGeometry,
  type ConvGeometry,
  type PoolGeometry,
} from '@bbb/kernels/parts';
import { damaged } from './error.js';
import type { Shape, StoredLayer, StoredModel, Windows } from './model.js';

/** A layer together with the shapes of its input and output, and with its tensors. */
export type Placed =
  | {
      readonly kind: 'dense';
      readonly inputs: number;
      readonly outputs: number;
      readonly weight: string;
      readonly bias: string;
    }
  | {
      readonly kind: 'conv2d';
      readonly inputs: number;
      readonly outputs: number;
      readonly geometry: ConvGeometry;
      readonly weight: string;
      readonly bias: string;
    }
  | {
      readonly kind: 'max-pool' | 'average-pool';
      readonly inputs: number;
      readonly outputs: number;
      readonly geometry: PoolGeometry;
    }
  | { readonly kind: 'relu' | 'tanh' | 'flatten'; readonly inputs: number; readonly outputs: number };

/** Most numbers that one example may have between two layers. */
const MOST_BETWEEN = 2 ** 24;
const MOST_WEIGHTS = 2 ** 26;

const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

/**
 * The layers of a model; the input shape of each is the output shape of the one before it.
 * @throws BbbError `E_MODEL_FILE` if a layer does not fit, or the network does not fit into any memory
 */
export function placeLayers({
  inputShape,
  layers,
  target,
}: Pick<StoredModel, 'inputShape' | 'layers' | 'target'>): Placed[] {
  let shape = inputShape;
  let linear = 0;
  let weights = 0;
  const placed = layers.map((layer): Placed => {
    const inputs = sizeOf(shape);
    const next = nextShape(layer, shape);
    const outputs = sizeOf(next.shape);
    if (outputs > MOST_BETWEEN) throw damaged('a layer has more outputs than any memory holds');
    shape = next.shape;
    if (layer.kind !== 'dense' && layer.kind !== 'conv2d')
      return { ...next, kind: layer.kind, inputs, outputs } as Placed;
    weights += layer.kind === 'dense' ? inputs * outputs : sizeOf((next.geometry as ConvGeometry).filter);
    if (weights > MOST_WEIGHTS) throw damaged('it has more weights than any memory holds');
    const names = { weight: `layers.${linear}.weight`, bias: `layers.${linear}.bias` };
    linear++;
    return { ...next, kind: layer.kind, inputs, outputs, ...names } as Placed;
  });
  const last = placed.at(-1);
  const expected = target.kind === 'class' ? target.classes : target.noise.kind === 'per-input' ? 2 : 1;
  if (!last || !('weight' in last) || last.outputs !== expected)
    throw damaged(`its last layer does not give the ${expected} numbers of the target`);
  return placed;
}

function nextShape(layer: StoredLayer, shape: Shape): { shape: Shape; geometry?: PoolGeometry } {
  if (layer.kind === 'dense') return { shape: [layer.units] };
  if (layer.kind === 'flatten') return { shape: [sizeOf(shape)] };
  if (layer.kind === 'relu' || layer.kind === 'tanh') return { shape };
  const [height, width, channels] = shape;
  if (height === undefined || width === undefined || channels === undefined)
    throw damaged(`the layer ${layer.kind} needs images, but its inputs are not images`);
  try {
    const { window, stride, padding } = layer as Windows;
    const options = { input: [height, width, channels], window, stride, padding } as const;
    const geometry =
      layer.kind === 'conv2d' ? convGeometry({ ...options, filters: layer.filters }) : poolGeometry(options);
    return { shape: geometry.output, geometry };
  } catch (error) {
    if (error instanceof KernelError) throw damaged(error.message);
    throw error;
  }
}

/** The names and shapes of the tensors of one network, in order. */
export function tensorShapes(layers: readonly Placed[]): [name: string, shape: Shape][] {
  return layers.flatMap((layer): [string, Shape][] => {
    if (layer.kind === 'dense')
      return [
        [layer.weight, [layer.inputs, layer.outputs]],
        [layer.bias, [layer.outputs]],
      ];
    if (layer.kind === 'conv2d')
      return [
        [layer.weight, layer.geometry.filter],
        [layer.bias, [layer.geometry.output[2]]],
      ];
    return [];
  });
}

/** The prefix of the tensor names of each network. */
export function networksOf({ posterior }: Pick<StoredModel, 'posterior'>): string[] {
  if (posterior.kind !== 'members') return [''];
  const members = Array.from({ length: posterior.count }, (_, m) => `members.${m}.`);
  return posterior.mean ? ['', ...members] : members;
}
