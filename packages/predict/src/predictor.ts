import { BbbError, fold, suggest } from '@bbb/base';
import { answersOf, type Answer } from './answer.js';
import { decodeModel } from './format/decode.js';
import { damaged } from './format/error.js';
import { gunzip, isGzip } from './format/gzip.js';
import type { StoredModel } from './format/model.js';
import { inputsOf, type Input } from './input.js';
import { thresholdFor } from './risk.js';
import { rowEncoder, type RowEncoder } from './row.js';
import { compileKernels, startEngine, type Engine } from './runtime/engine.js';
import { loadNetwork, type LoadedNetwork } from './runtime/network.js';
import type { DecodedModel } from './format/decode.js';

export interface PredictOptions {
  /**
   * Number of networks that predict together: draws of the posterior, or members of an ensemble (at most all of them). 0 is the mean
   * network. At most 10,000. Default: `model.samples`.
   */
  readonly samples?: number;
  /**
   * A class is a `sure` answer if, on held-out examples, at most this share of the answers that were at least as probable is wrong;
   * fraction, e.g. 0.01. Default: what the model file was made for, if it was.
   */
  readonly maxRisk?: number;
}

/** A stored network opened for use. */
export interface Predictor {
  /** The description in its file. */
  readonly model: StoredModel;
  /**
   * Predicts one example.
   * @param input the numbers of the example in the user's own units, e.g. 784 bytes of pixels
   * @throws BbbError `E_INPUT` for anything but a list of numbers, another size, NaN or infinities; `E_PREDICT_SAMPLES` unless samples is a whole
   *   number from 0 to 10,000; `E_RISK` for a risk that is not a fraction, or that the file has no threshold for;
   *   `E_PREDICT_OPTION` for an option of another name
   */
  predict(input: Input, options?: PredictOptions): Answer;
  /** Predicts many examples, which stand one after another in one array. */
  predictAll(inputs: Input, options?: PredictOptions): Answer[];
  /**
   * How many examples an array holds; checks it as `predictAll` does, and predicts nothing.
   * @throws BbbError `E_INPUT`
   */
  count(inputs: Input): number;
  /**
   * Turns one row of a table into the numbers for `predict`: `predictor.encode({ rooms: 3, town: 'north' })`. See `rowEncoder`.
   * @throws BbbError `E_INPUT`
   */
  readonly encode: RowEncoder;
}

/** Most draws of one prediction. Each takes time and memory, and a service may take their number from a request. */
const MOST_DRAWS = 10_000;

export interface LoadOptions {
  /** Most bytes that the unzipped file may have, and that the network may take in memory. Default: 1 GiB. */
  readonly maximumBytes?: number;
}

/**
 * Opens a model file, gzipped or not: `bbb export --format sparse` writes such files. The file is untrusted, and everything in it is checked.
 * @param file the bytes of the file
 * @param options `maximumBytes` of the unzipped file and of the network in memory. Default: 1 GiB
 * @throws BbbError `E_MODEL_FILE` for a file of another kind, a damaged one, or one that does not fit into memory; `E_MODEL_VERSION` for a
 *   file of another version
 */
export async function loadPredictor(
  file: Uint8Array | ArrayBuffer,
  { maximumBytes = 2 ** 30 }: LoadOptions = {},
): Promise<Predictor> {
  // The browser or Node compiles it in other threads while the file is unzipped and checked here.
  void compileKernels();
  const bytes = bytesOf(file);
  const decoded = decodeModel(isGzip(bytes) ? await gunzip(bytes, maximumBytes) : bytes);
  const engine = await startEngine(maximumBytes);
  const networks = loadNetworks(engine, decoded);
  const { model } = decoded;
  const all = (input: Input, options?: PredictOptions): Answer[] => {
    // A request without options may say null.
    const { samples = model.samples, maxRisk, ...others } = options ?? {};
    refuseOthers(others);
    const { inputs, rows } = inputsOf(model, input);
    const draws = drawsOf(model, networks, samples);
    const { calibration } = model;
    const fitted = calibration?.samples === (draws.isMean ? 0 : draws.list.length) ? calibration : undefined;
    const asked = maxRisk === undefined ? fitted : { ...fitted!, sure: thresholdFor(fitted, maxRisk) };
    const answers = answersOf(model, rows, asked);
    for (const { network, key, index } of draws.list) {
      network.show(key);
      answers.add(network.outputs(inputs, rows), index);
    }
    return answers.finish();
  };
  return {
    model,
    predictAll: all,
    count: (inputs) => inputsOf(model, inputs).rows,
    encode: rowEncoder(model),
    predict(input, options) {
      const answers = all(input, options);
      if (answers.length === 1) return answers[0]!;
      throw new BbbError('E_INPUT', `The input holds ${answers.length} examples.`, {
        hint: 'Give one example to predict(), or call predictAll() for several.',
      });
    },
  };
}

/** The bytes of a file that a program passed on. `new Uint8Array(n)` would take a number for a length. */
function bytesOf(file: unknown): Uint8Array {
  if (file instanceof Uint8Array) return file;
  if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  // A buffer of another realm, such as a frame or a test environment, is no instance of this one's ArrayBuffer.
  const kind = Object.prototype.toString.call(file);
  if (kind === '[object ArrayBuffer]' || kind === '[object SharedArrayBuffer]')
    return new Uint8Array(file as ArrayBuffer);
  throw damaged('what was given is not its bytes, a Uint8Array or an ArrayBuffer');
}

function loadNetworks(engine: Engine, { layers, networks }: DecodedModel): LoadedNetwork[] {
  try {
    return networks.map((tensors) => loadNetwork(engine, layers, tensors));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'KERNEL_MEMORY' || error instanceof RangeError)
      throw damaged('it does not fit into memory');
    throw error;
  }
}

/** A misspelt option would silently be left out. */
function refuseOthers(others: object): void {
  const [name] = Object.keys(others);
  if (name === undefined) return;
  throw new BbbError('E_PREDICT_OPTION', `predict() has no option ${JSON.stringify(name.slice(0, 60))}.`, {
    hint: `${suggest(name.slice(0, 60), ['samples', 'maxRisk'])}Its options are samples and maxRisk.`,
  });
}

interface OneDraw {
  readonly network: LoadedNetwork;
  readonly key: readonly [number, number] | undefined;
  /** Number of the set of weights that the network is drawn from. */
  readonly index: number;
}

/** The networks that predict together: the same ones as with `bbb evaluate --samples <samples>`. */
function drawsOf(
  { posterior }: StoredModel,
  networks: readonly LoadedNetwork[],
  samples: number,
): { list: OneDraw[]; isMean: boolean } {
  if (!Number.isSafeInteger(samples) || samples < 0 || samples > MOST_DRAWS) {
    const got =
      typeof samples === 'number' ? `${samples} draws` : `a number of draws of type ${typeof samples}`;
    throw new BbbError('E_PREDICT_SAMPLES', `Can't average over ${got}.`, {
      hint: `Choose a whole number from 1 to ${MOST_DRAWS}, e.g. 10, or 0 for the mean network.`,
    });
  }
  const one = (index: number, key?: readonly [number, number]): OneDraw => ({
    network: networks[index]!,
    key,
    index,
  });
  if (posterior.kind === 'members') {
    if (samples === 0 && posterior.mean) return { list: [one(0)], isMean: true };
    const first = posterior.mean ? 1 : 0;
    const count = Math.min(posterior.count, samples || posterior.count);
    return { list: Array.from({ length: count }, (_, m) => one(first + m)), isMean: false };
  }
  if (posterior.kind === 'point' || samples === 0) return { list: [one(0)], isMean: true };
  const keys = Array.from({ length: samples }, (_, s) => fold(posterior.key, 'sample', s));
  return { list: keys.map((key) => one(0, key)), isMean: false };
}
