import { BbbError } from '@bbb/base';
import { checkModel } from './check.js';
import { encodeGaps } from './gaps.js';
import type { StoredModel, StoredTensor, StoredTensors } from './model.js';
import { rawFloats, writeSafetensors, type RawTensor } from './safetensors.js';
import { networksOf, placeLayers, tensorShapes } from './shapes.js';

/** The format and its version. */
export const FORMAT = 'bbb-model/1';

/**
 * A model as the bytes of a safetensors file. Its metadata have the members `format` and `model` (JSON). A tensor is stored as `<name>`, and
 * its standard deviations as `<name>.sd`. Of a pruned tensor these two hold only the kept elements, and `<name>.gaps` says which ones they
 * are. Gzip the bytes to store them: `loadPredictor` reads gzipped files, too.
 *
 * @throws BbbError `E_MODEL_FILE` for a model that `loadPredictor` would refuse
 */
export function encodeModel(model: StoredModel, tensors: StoredTensors): Uint8Array<ArrayBuffer> {
  const checked = checkModel(JSON.parse(JSON.stringify(model)));
  const shapes = tensorShapes(placeLayers(checked));
  const raw = networksOf(checked).flatMap((prefix) =>
    shapes.flatMap(([name, shape]) => {
      const tensor = tensors[prefix + name];
      if (tensor?.shape.join() !== shape.join() || !fits(tensor)) throw missing(prefix + name, shape);
      return rawTensors(prefix + name, tensor);
    }),
  );
  return writeSafetensors(raw, { format: FORMAT, model: JSON.stringify(checked) });
}

function rawTensors(name: string, { keep, mean, sd }: StoredTensor): [string, RawTensor][] {
  if (!keep || keep.every((kept) => kept === 1)) {
    return [[name, rawFloats(mean)], ...(sd ? [[`${name}.sd`, rawFloats(sd)] as [string, RawTensor]] : [])];
  }
  const kept = (values: Float32Array): RawTensor => rawFloats(values.filter((_, i) => keep[i] === 1));
  const gaps = encodeGaps(keep);
  return [
    [name, kept(mean)],
    ...(sd ? [[`${name}.sd`, kept(sd)] as [string, RawTensor]] : []),
    [`${name}.gaps`, { dtype: 'U8', shape: [gaps.length], bytes: gaps }],
  ];
}

function fits({ shape, keep, mean, sd }: StoredTensor): boolean {
  const size = shape.reduce((product, n) => product * n, 1);
  return mean.length === size && (!keep || keep.length === size) && (!sd || sd.length === size);
}

function missing(name: string, shape: readonly number[]): BbbError {
  return new BbbError(
    'E_MODEL_FILE',
    `The tensor ${name} is missing, or has another shape than [${shape.join(', ')}].`,
    {
      hint: 'Give one tensor for each layer with weights, and one for its bias.',
    },
  );
}
