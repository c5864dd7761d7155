import { sizeOf, type SafeTensor, type Shape } from '@bbb/core';
import { elementsOf, MOST_LAYERS, unfit, type ImportedLayer, type ImportedNetwork } from './imported.js';

export interface StateDictOptions {
  /** Shape of one example, channels last. */
  readonly inputShape: Shape;
  /** The activation after every hidden layer, because a state dict does not name it. Default `relu`. */
  readonly activation?: 'relu' | 'tanh';
  /** The pool after every convolution, over windows of 2 x 2. Default `max-pool`. */
  readonly pool?: 'max-pool' | 'average-pool' | 'none';
}

/**
 * Reads the state dict of a PyTorch MLP, or of a network like LeNet (convolutions, each with an activation and a pool, then linear layers),
 * from the tensors of a safetensors file. Layers are in the natural order of their names (`fc2` before `fc10`), convolutions first; a
 * weight is `[outputs, inputs]` or `[filters, channels, height, width]`, and PyTorch flattens images with their channels first.
 *
 * @param tensors the tensors by their names in the state dict
 * @param options the shape of an input, `[height, width, channels]` or `[features]`; the activation after hidden layers (default: relu)
 *   and the pool after convolutions (default: max-pool)
 * @throws BbbError `E_IMPORT` for tensors that do not form such a network on these inputs
 */
export function importStateDict(
  tensors: Readonly<Record<string, SafeTensor>>,
  { inputShape, activation = 'relu', pool = 'max-pool' }: StateDictOptions,
): ImportedNetwork {
  const found = layersIn(tensors);
  const convolutions = found.filter(({ shape }) => shape.length === 4);
  const linear = found.filter(({ shape }) => shape.length === 2);
  const images = convolve(convolutions, linear[0]!.shape[1]!, inputShape, activation, pool);
  const layers: ImportedLayer[] = [...images.layers];
  const weights: Record<string, Float32Array> = {};
  const keep = (weight: Float32Array, bias: Float32Array): void => {
    const at = Object.keys(weights).length / 2;
    weights[`layers.${at}.weight`] = weight;
    weights[`layers.${at}.bias`] = bias;
  };
  for (const { data, shape, bias } of convolutions) keep(channelsLast(data, shape), bias);
  if (convolutions.length > 0) layers.push({ kind: 'flatten' });
  let inputs = sizeOf(images.shape);
  for (const [i, { name, data, shape, bias }] of linear.entries()) {
    const [outputs, from] = shape as [number, number];
    if (from !== inputs)
      throw unfit(
        `"${name}" takes ${from} numbers, but gets ${inputs}`,
        'Name the layers in their order, e.g. fc1, fc2, and name the data set that it was trained on: --dataset.',
      );
    keep(transposed(data, outputs, from, i === 0 ? images.shape : [from]), bias);
    layers.push({ kind: 'dense', units: outputs });
    if (i < linear.length - 1) layers.push({ kind: activation });
    inputs = outputs;
  }
  return { inputShape, layers, weights };
}

interface Found {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly bias: Float32Array;
}

function layersIn(tensors: Readonly<Record<string, SafeTensor>>): Found[] {
  const names = Object.keys(tensors);
  if (names.length > 2 * MOST_LAYERS)
    throw unfit(`it has ${names.length} tensors`, `${2 * MOST_LAYERS} are the most.`);
  const stranger = names.find((name) => !/(^|\.)(weight|bias)$/.test(name));
  if (stranger !== undefined)
    throw unfit(
      `bbb can't use the tensor "${stranger.slice(0, 100)}"`,
      'Linear and Conv2d layers have a weight and a bias each; fold batch normalisation into them.',
    );
  const weights = names.filter((name) => name.endsWith('weight'));
  const orphan = names.find(
    (name) => name.endsWith('bias') && !weights.includes(name.replace(/bias$/, 'weight')),
  );
  if (orphan !== undefined)
    throw unfit(`the bias "${orphan.slice(0, 100)}" has no weight`, 'Save the whole state dict.');
  const order = new Intl.Collator('en', { numeric: true });
  const found = weights
    .toSorted((a, b) => order.compare(a, b))
    .map((name): Found => {
      const { shape } = tensors[name]!;
      if ((shape.length !== 2 && shape.length !== 4) || elementsOf(name, shape) === 0)
        throw unfit(
          `"${name}" has the shape [${shape.join(', ')}]`,
          'Linear layers have two axes, Conv2d has four.',
        );
      const outputs = shape[0]!;
      const bias = tensors[name.replace(/weight$/, 'bias')];
      if (bias && bias.shape.join() !== String(outputs))
        throw unfit(
          `the bias of "${name}" has the shape [${bias.shape.join(', ')}]`,
          'Save the whole state dict.',
        );
      return {
        name,
        shape,
        data: floats(name, tensors[name]!),
        bias: bias ? floats(name, bias) : new Float32Array(outputs),
      };
    });
  if (!found.some(({ shape }) => shape.length === 2))
    throw unfit('it has no linear layer', 'Give the state dict of an MLP, or of a network like LeNet.');
  return found;
}

function floats(name: string, { dtype, data }: SafeTensor): Float32Array {
  if (dtype !== 'F32' && dtype !== 'F64')
    throw unfit(`"${name}" is of the type ${dtype}`, 'Save it as float32: model.float().state_dict().');
  const values = Float32Array.from(data);
  if (values.every(Number.isFinite)) return values;
  throw unfit(`"${name}" is not finite`, 'Export a network whose training did not diverge.');
}

/**
 * The layers of the convolutional part. The state dict does not say whether images are padded, so this tries the paddings in turn and takes
 * the first one that gives as many numbers as the first linear layer takes.
 */
function convolve(
  convolutions: readonly Found[],
  wanted: number,
  inputShape: Shape,
  activation: 'relu' | 'tanh',
  pool: NonNullable<StateDictOptions['pool']>,
): { readonly layers: readonly ImportedLayer[]; readonly shape: Shape } {
  if (convolutions.length === 0) return { layers: [], shape: inputShape };
  if (inputShape.length !== 3)
    throw unfit('it has convolutions, but the inputs are not images', 'Name a data set of images.');
  if (convolutions.length > 8)
    throw unfit(`it has ${convolutions.length} convolutions`, 'bbb imports at most eight.');
  for (let ways = 0; ways < 2 ** convolutions.length; ways++) {
    let shape: readonly number[] | undefined = inputShape;
    const layers: ImportedLayer[] = [];
    for (const [i, { shape: filters }] of convolutions.entries()) {
      const padding = (ways >> i) & 1 ? 'same' : 'valid';
      shape = shape && after(shape, filters, padding, pool);
      layers.push(
        { kind: 'conv2d', filters: filters[0]!, kernel: [filters[2]!, filters[3]!], stride: [1, 1], padding },
        { kind: activation },
        ...(pool === 'none' ? [] : [{ kind: pool, size: [2, 2], stride: [2, 2], padding: 'valid' } as const]),
      );
    }
    if (shape && sizeOf(shape) === wanted) return { layers, shape };
  }
  throw unfit(
    `with no padding do its convolutions give the ${wanted} numbers that its first linear layer takes`,
    'bbb assumes convolutions of stride 1, each followed by a 2 x 2 max-pool; choose another with --pool none or --pool average-pool.',
  );
}

/** The shape after one convolution and its pool. Undefined if a window is larger than its image. */
function after(
  [height, width, channels]: readonly number[],
  [filters, from, rows, cols]: readonly number[],
  padding: 'valid' | 'same',
  pool: NonNullable<StateDictOptions['pool']>,
): readonly number[] | undefined {
  if (from !== channels) return undefined;
  const convolved = padding === 'same' ? [height!, width!] : [height! - rows! + 1, width! - cols! + 1];
  const made = pool === 'none' ? convolved : convolved.map((n) => Math.floor(n / 2));
  return made.every((n) => n > 0) ? [...made, filters!] : undefined;
}

/** `[out, in, height, width]` to `[height, width, in, out]`. */
function channelsLast(data: Float32Array, [out, channels, height, width]: readonly number[]): Float32Array {
  const made = new Float32Array(data.length);
  data.forEach((value, i) => {
    const x = i % width!;
    const y = Math.floor(i / width!) % height!;
    const c = Math.floor(i / (width! * height!)) % channels!;
    const o = Math.floor(i / (width! * height! * channels!));
    made[((y * width! + x) * channels! + c) * out! + o] = value;
  });
  return made;
}

/** `[outputs, inputs]` to `[inputs, outputs]`. Rows that belong to an image change from channels first (PyTorch) to channels last. */
function transposed(data: Float32Array, outputs: number, inputs: number, shape: Shape): Float32Array {
  const channels = shape.length === 3 ? shape[2]! : 1;
  const pixels = inputs / channels;
  const made = new Float32Array(data.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const row = (i % pixels) * channels + Math.floor(i / pixels);
      made[row * outputs + o] = data[o * inputs + i]!;
    }
  }
  return made;
}
