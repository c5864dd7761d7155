import { BbbError } from '@bbb/base';
import { checkModel } from './check.js';
import { FORMAT } from './encode.js';
import { damaged } from './error.js';
import { decodeGaps } from './gaps.js';
import type { Shape, StoredModel } from './model.js';
import { floatsOf, readSafetensors, type RawFile, type RawTensor } from './safetensors.js';
import { networksOf, placeLayers, tensorShapes, type Placed } from './shapes.js';

/** A tensor in the form of a model file. */
export interface PackedTensor {
  readonly shape: Shape;
  /** Positions of the kept elements, ascending. Absent: all elements are kept. */
  readonly places?: Uint32Array;
  /** One number for each kept element. */
  readonly mean: Float32Array;
  readonly sd?: Float32Array;
}

export interface DecodedModel {
  readonly model: StoredModel;
  readonly layers: readonly Placed[];
  /** One map for each network (there are several where the posterior is `members`), by tensor name. */
  readonly networks: readonly ReadonlyMap<string, PackedTensor>[];
}

/**
 * Reads a model file (already unzipped). The file is untrusted.
 * @throws BbbError `E_MODEL_FILE`; `E_MODEL_VERSION` for the format of another version
 */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const file = readSafetensors(bytes);
  const format = file.metadata.get('format') ?? '';
  if (format !== FORMAT) {
    if (!format.startsWith('bbb-model/'))
      throw damaged(`its format is "${format.slice(0, 60)}", not ${FORMAT}`);
    throw new BbbError(
      'E_MODEL_VERSION',
      `This model file has the format ${format.slice(0, 60)}; expected ${FORMAT}.`,
      {
        hint: 'Use the version of @bbb/predict that belongs to the bbb that wrote it, or write it again: bbb export --format sparse.',
      },
    );
  }
  const model = checkModel(parse(file.metadata.get('model') ?? ''));
  const layers = placeLayers(model);
  const shapes = tensorShapes(layers);
  const withSd = model.posterior.kind === 'gaussian';
  const networks = networksOf(model).map(
    (prefix) => new Map(shapes.map(([name, shape]) => [name, tensorOf(file, prefix + name, shape, withSd)])),
  );
  const { target } = model;
  if (target.kind === 'real' && target.noise.kind === 'constant') {
    const { length } = target.noise.logSd;
    if (length !== 1 && length !== networks.length) throw damaged('the noise has another number of networks');
  }
  return { model, layers, networks };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged('the description of its model is not JSON');
  }
}

function tensorOf({ tensors }: RawFile, name: string, shape: Shape, withSd: boolean): PackedTensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const gaps = tensors.get(`${name}.gaps`);
  const places = gaps && decodeGaps(gaps.bytes, size);
  const numbers = (raw: RawTensor | undefined, what: string): Float32Array => {
    if (raw?.dtype !== 'F32') throw damaged(`the tensor "${what}" is missing`);
    const values = floatsOf(raw);
    if (values.length !== (places ? places.length : size))
      throw damaged(`the tensor "${what}" has another size`);
    if (!values.every(Number.isFinite)) throw damaged(`the tensor "${what}" is not finite`);
    return values;
  };
  return {
    shape,
    ...(places ? { places } : {}),
    mean: numbers(tensors.get(name), name),
    ...(withSd ? { sd: numbers(tensors.get(`${name}.sd`), `${name}.sd`) } : {}),
  };
}
