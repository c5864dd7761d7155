import { readFile } from 'node:fs/promises';
import { BbbError } from '@bbb/core';
import { pictureAsInput } from '@bbb/plugins';
import type { Input, StoredModel } from '@bbb/predict';
import { inflateIdx, parseIdx } from 'mnist-data-loader';
import { say } from '../io/output.js';
import { parseJsonLines, parseTable } from './text.js';

/** Examples of one source, one after the other in one array. */
export interface Inputs {
  readonly source: string;
  readonly input: Input;
}

/** The examples of a file, by its content. */
export async function readInputs(path: string, model: StoredModel): Promise<Inputs> {
  const bytes = await readFile(path);
  const { inputShape } = model;
  if (isPicture(bytes)) {
    const shape = imageShape(inputShape);
    if (!shape) {
      throw new BbbError(
        'E_INPUT',
        `${path} is a picture, and this model takes ${inputShape.join(' x ')} numbers.`,
        { hint: 'Give a CSV file, or JSON lines.' },
      );
    }
    return { source: path, input: await pictureAsInput(bytes, path, shape) };
  }
  if (isIdx(bytes) || isGzip(bytes)) {
    const { data } = parseIdx(await inflateIdx(bytes, path), path);
    return { source: path, input: data instanceof Uint8Array ? data : Float64Array.from(data) };
  }
  return textInputs(bytes.toString('utf8'), path, model);
}

/** Of a table or JSON lines. */
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

/** The first checkpoints tell only how many inputs a network has: as many as a square has pixels. */
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
