import { createHash, timingSafeEqual } from 'node:crypto';
import { createReadStream, fstatSync, writeFile } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BbbError, safeParse } from '@bbb/core';
import { epochOf, openOwn, syncOwn, TRIAL_FILES, trialFolder, withOwn } from '@bbb/sweep/host';
import { trialInbox, verify } from './inbox.js';
import { parcelSchema } from '../protocol.js';
import { CHUNK_BYTES, LARGEST_FILE, type ListenAddress } from './limits.js';

/** writeFile, because write stores less than asked on a full disk and reports no error. */
const writeWhole = promisify(writeFile);

export interface UploadServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Receives files of hosts that don't share the sweep's folder, and gives them the files that trials go on from.
 * - `PUT /parcels/<trial>/<id>/<offset>`: the next chunk, its SHA-256 in the header `x-sha256`; 409 when the offset isn't where the
 *   file ends, 422 for a wrong checksum
 * - `POST /parcels/<trial>/<id>?bytes=&sha256=`: that was all; 422 when it is not what was announced
 * - if anything goes wrong with a file, it is dropped, and the host sends it again under another name
 * - `GET /trials/<id>`: names of the files to go on from; `GET /trials/<id>/<name>`: one of them
 *
 * @throws BbbError `E_LISTEN`
 */
export async function listen(
  { host, port }: ListenAddress,
  options: { readonly dir: string; readonly inbox: string; readonly token: string },
): Promise<UploadServer> {
  const server = createServer((request, response) => {
    handle(request, response, options).catch((error: unknown) => {
      const status = error instanceof Refusal ? error.status : 500;
      if (!response.headersSent) response.writeHead(status, { connection: 'close' });
      response.end((error as Error).message);
    });
  });
  await started(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? hostname() : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function started(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new BbbError('E_LISTEN', `Can't listen on ${host}:${port}: ${cause.code ?? cause.message}.`, {
          hint: 'Give an address of this machine and a free port: --listen 0.0.0.0:7070.',
          cause,
        }),
      );
    });
    server.listen(port, host, () => {
      server.on('error', () => undefined);
      resolve();
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { dir, inbox, token }: { readonly dir: string; readonly inbox: string; readonly token: string },
): Promise<void> {
  if (!authorised(request.headers.authorization, token)) throw new Refusal(401, 'wrong token');
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, kind, trial = '', ...rest] = url.pathname.split('/');
  if (!/^[0-9a-f]{16}$/.test(trial)) throw new Refusal(404, 'no such address');
  const [id = '', offset = ''] = rest;
  if (kind === 'parcels' && safeParse(parcelSchema.shape.id, id).success) {
    const folder = trialInbox(inbox, trial);
    const part = join(folder, `${id}.part`);
    await mkdir(folder, { recursive: true });
    try {
      if (request.method === 'PUT' && /^\d{1,12}$/.test(offset)) {
        await takeChunk(request, part, Number(offset));
      } else if (request.method === 'POST') await finish(part, join(folder, id), id, url.searchParams);
      else throw new Refusal(405, 'PUT a chunk or POST the end');
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    response.writeHead(204).end();
    return;
  }
  if (kind === 'trials' && request.method === 'GET') return give(response, trialFolder(dir, trial), rest[0]);
  throw new Refusal(404, 'no such address');
}

function authorised(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

async function takeChunk(request: IncomingMessage, part: string, offset: number): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > CHUNK_BYTES) throw new Refusal(413, `a chunk has at most ${CHUNK_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (offset + size > LARGEST_FILE) throw new Refusal(413, `a file has at most ${LARGEST_FILE} bytes`);
  const bytes = Buffer.concat(chunks);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (request.headers['x-sha256'] !== sha256) throw new Refusal(422, 'the checksum of the chunk is wrong');
  await withOwn(part, 'append', async (file) => {
    const { size: end } = fstatSync(file);
    if (end !== offset) throw new Refusal(409, `the file has ${end} bytes, not ${offset}`);
    await writeWhole(file, bytes);
  });
}

async function finish(part: string, target: string, id: string, params: URLSearchParams): Promise<void> {
  const parcel = safeParse(parcelSchema, {
    id,
    bytes: Number(params.get('bytes')),
    sha256: params.get('sha256'),
  });
  if (!parcel.success) throw new Refusal(400, 'give bytes and sha256');
  await verify(part, parcel.data).catch((error: Error) => {
    throw new Refusal(422, error.message);
  });
  await syncOwn(part);
  await rename(part, target);
}

async function give(response: ServerResponse, folder: string, name: string | undefined): Promise<void> {
  const names = (await readdir(folder).catch(() => [] as string[])).filter(isProgress);
  if (name === undefined) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(names));
    return;
  }
  if (!names.includes(name)) throw new Refusal(404, 'no such file');
  const stream = createReadStream('', { fd: openOwn(join(folder, name), 'read') });
  stream.on('error', () => response.destroy());
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  stream.pipe(response);
}

/** Whether a file of a trial is one that the next host goes on from. */
export function isProgress(name: string): boolean {
  return epochOf(name) !== undefined || name === TRIAL_FILES.checkpoints || name === TRIAL_FILES.metrics;
}
