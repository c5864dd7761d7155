import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BbbError, sizeOf } from '@bbb/core';
import { pictureAsInput } from '@bbb/plugins';
import type { Input, StoredModel } from '@bbb/predict';
import { inflateIdx, parseIdx } from 'mnist-data-loader';
import { UsageError } from '../errors/usage.js';
import { say } from '../io/output.js';
import { parseJsonLines, parseTable } from './text.js';

/** The examples of one source, in one array. */
export interface Inputs {
  readonly source: string;
  readonly input: Input;
}

/** The examples of a file. The content decides the format. */
export async function readInputs(path: string, model: StoredModel): Promise<Inputs> {
  const bytes = await fileBytes(path);
  const { inputShape } = model;
  if (isPicture(bytes)) {
    const shape = imageShape(inputShape);
    if (!shape) {
      throw new BbbError(
        'E_INPUT',
        `${path} is a picture, but this model takes ${inputShape.join(' x ')} numbers.`,
        { hint: 'Give a CSV file, or JSON lines.' },
      );
    }
    return { source: path, input: await pictureAsInput(bytes, path, shape) };
  }
  if (isIdx(bytes) || isGzip(bytes)) {
    const { data, shape } = parseIdx(await inflateIdx(bytes, path), path);
    if (!holds(shape, inputShape)) throw otherShape(path, shape, inputShape);
    return { source: path, input: data instanceof Uint8Array ? data : Float64Array.from(data) };
  }
  return textInputs(bytes.toString('utf8'), path, model);
}

/** Reads a file. Node's own error does not name a path that is a folder. */
async function fileBytes(path: string): Promise<Buffer> {
  if ((await stat(path)).isDirectory())
    throw new UsageError(`${path} is a folder.`, `Give the files in it: ${join(path, '*')}`);
  return readFile(path);
}

/**
 * Whether an array of this shape is one example or a list of them. Images of another size, or with their channels first, would silently be
 * divided in the wrong places.
 */
function holds(shape: readonly number[], inputShape: readonly number[]): boolean {
  const ofOne = [shape, shape.slice(1)];
  const size = sizeOf(inputShape);
  if (inputShape.length === 1) return ofOne.some((one) => sizeOf(one) === size);
  const forms = [inputShape, [size], ...(inputShape.at(-1) === 1 ? [inputShape.slice(0, -1)] : [])];
  return ofOne.some((one) => forms.some((form) => form.join() === one.join()));
}

function otherShape(path: string, shape: readonly number[], inputShape: readonly number[]): BbbError {
  return new BbbError(
    'E_INPUT',
    `${path} holds an array of ${shape.join(' x ')}; an example of this model is ${inputShape.join(' x ')}.`,
    {
      hint: 'Give an array whose first dimension counts the examples, followed by the shape of one example.',
    },
  );
}

/** The examples of a table or of JSON lines. */
function textInputs(text: string, source: string, model: StoredModel): Inputs {
  const parse = /^\s*[[{]/.test(text) ? parseJsonLines : parseTable;
  const { rows, ignored } = parse(text, source, model);
  if (ignored.length > 0) say(`${source}: not used: ${ignored.join(', ')}.`);
  const input = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    input.set(row, at);
    at += row.length;
  }
  return { source, input };
}

export async function readStandardInput(model: StoredModel): Promise<Inputs> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return textInputs(Buffer.concat(chunks).toString('utf8'), 'standard input', model);
}

/** The first version of checkpoints stores only the number of inputs, which is then the number of pixels of a square. */
function imageShape([height, width, channels]: readonly number[]):
  readonly [number, number, number] | undefined {
  if (height !== undefined && width !== undefined && (channels === 1 || channels === 3))
    return [height, width, channels];
  const side = Math.sqrt(height ?? 0);
  return width === undefined && side > 2 && Number.isInteger(side) ? [side, side, 1] : undefined;
}

function isPicture(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x89 && bytes[1] === 0x50) || (bytes[0] === 0xff && bytes[1] === 0xd8);
}

function isIdx(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && bytes.length > 4;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
