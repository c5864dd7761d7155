import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
// The package does not export the server, because only hosts use it.
import { openInbox, type Inbox } from '../../packages/sweep-bullmq/src/transfer/inbox.js';
import { CHUNK_BYTES, parseListen } from '../../packages/sweep-bullmq/src/transfer/limits.js';
import { sharedDelivery, uploadDelivery } from '../../packages/sweep-bullmq/src/transfer/delivery.js';
import { listen, type UploadServer } from '../../packages/sweep-bullmq/src/transfer/server.js';
import { mayMount, mountDisk } from '../support/machines/disk.js';
import { temporaryFolder } from '../support/folders.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const token = 'the token';
const TRIAL = '0123456789abcdef';

describe('the upload address of a coordinator', () => {
  let folder: string;
  let inbox: Inbox;
  let server: UploadServer;
  beforeEach(async () => {
    folder = temporaryFolder();
    inbox = await openInbox(folder);
    const options = { dir: folder, inbox: inbox.folder, token };
    server = await listen({ host: '127.0.0.1', port: 0 }, options);
  });
  afterEach(async () => {
    await server.close();
  });

  const put = (path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'PUT',
      body: Buffer.from(body),
      headers: { authorization: `Bearer ${token}`, 'x-sha256': sha256(body), ...headers },
    });
  const post = (path: string): Promise<Response> =>
    fetch(`${server.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

  test('receives a file of several chunks', async () => {
    const bytes = new Uint8Array(2 * CHUNK_BYTES + 12345).map((_, i) => (i * 7) & 255);
    const parcel = await uploadDelivery({ url: server.url, token }).send(TRIAL, bytes);
    expect(parcel).toMatchObject({ bytes: bytes.length, sha256: sha256(bytes) });
    expect(sha256(await inbox.of(TRIAL).read(parcel))).toBe(sha256(bytes));
  });

  test('refuses a wrong token, a wrong checksum, a chunk that is too big or in the wrong place', async () => {
    const id = randomUUID();
    const bytes = Buffer.from('some weights');
    expect((await put(`/parcels/${TRIAL}/${id}/0`, bytes, { authorization: 'Bearer guess' })).status).toBe(
      401,
    );
    expect(
      (await put(`/parcels/${TRIAL}/${id}/0`, bytes, { 'x-sha256': sha256(Buffer.from('other')) })).status,
    ).toBe(422);
    expect((await put(`/parcels/${TRIAL}/${id}/5`, bytes)).status).toBe(409);
    expect((await put(`/parcels/../../etc/0`, bytes)).status).toBe(404);
    expect((await put(`/parcels/${TRIAL}/${id}/${3 * 2 ** 30}`, bytes)).status).toBe(413);
    const huge = await put(`/parcels/${TRIAL}/${id}/0`, new Uint8Array(CHUNK_BYTES + 1)).catch(
      () => undefined,
    );
    // The connection may be closed before everything was sent.
    expect(huge?.status ?? 413).toBe(413);
    expect(existsSync(join(inbox.folder, TRIAL, id))).toBe(false);
  });

  test('drops a file that differs from its announcement', async () => {
    const id = randomUUID();
    const bytes = Buffer.from('some weights');
    expect((await put(`/parcels/${TRIAL}/${id}/0`, bytes)).status).toBe(204);
    const wrong = sha256(Buffer.from('other weights'));
    const answer = await post(`/parcels/${TRIAL}/${id}?bytes=${bytes.length}&sha256=${wrong}`);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('checksum');
    expect(existsSync(join(inbox.folder, TRIAL, `${id}.part`))).toBe(false);
    await expect(inbox.of(TRIAL).read({ id, bytes: bytes.length, sha256: wrong })).rejects.toMatchObject({
      code: 'E_PARCEL',
    });
  });

  test('a file whose next chunk fails is dropped, and the host sends it again', async () => {
    const id = randomUUID();
    const bytes = Buffer.from('some weights');
    expect((await put(`/parcels/${TRIAL}/${id}/0`, bytes)).status).toBe(204);
    expect(
      (await put(`/parcels/${TRIAL}/${id}/${bytes.length}`, bytes, { 'x-sha256': 'wrong' })).status,
    ).toBe(422);
    expect(readdirSync(join(inbox.folder, TRIAL))).toEqual([]);
  });

  test.skipIf(!mayMount)('a file that does not fit on a full disk leaves nothing there', async () => {
    const unmount = mountDisk(join(folder, 'disk'));
    try {
      const small = await openInbox(join(folder, 'disk'));
      await server.close();
      const options = { dir: folder, inbox: small.folder, token };
      server = await listen({ host: '127.0.0.1', port: 0 }, options);
      const send = (kib: number) =>
        uploadDelivery({ url: server.url, token }).send(TRIAL, new Uint8Array(kib * 1024).fill(7));
      for (let tries = 0; tries < 3; tries++) {
        await expect(send(100)).rejects.toMatchObject({ code: 'E_UPLOAD' });
      }
      await expect(send(40)).resolves.toMatchObject({ bytes: 40 * 1024 });
    } finally {
      unmount();
    }
  });

  test('a file that was changed on the way, or was sent for another trial, is refused', async () => {
    const parcel = await uploadDelivery({ url: server.url, token }).send(TRIAL, Buffer.from('some weights'));
    const altered = { ...parcel, sha256: sha256(Buffer.from('others')) };
    await expect(inbox.of(TRIAL).read(altered)).rejects.toMatchObject({ code: 'E_PARCEL' });
    const other = inbox.of('fedcba9876543210');
    expect(other.has(parcel)).toBe(false);
    await expect(other.read(parcel)).rejects.toMatchObject({ code: 'E_PARCEL' });
    expect((await inbox.of(TRIAL).read(parcel)).toString()).toBe('some weights');
  });

  test.each<[string, (path: string, bytes: Buffer) => void]>([
    [
      'a link',
      (path, bytes) => {
        writeFileSync(join(folder, 'secret'), bytes);
        symlinkSync(join(folder, 'secret'), path);
      },
    ],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdirSync(path)],
    ['a file that never ends', (path) => symlinkSync('/dev/zero', path)],
  ])('%s in a shared inbox is not opened', async (_what, put) => {
    const bytes = Buffer.from('some weights');
    const parcel = { id: randomUUID(), bytes: bytes.length, sha256: sha256(bytes) };
    mkdirSync(join(inbox.folder, TRIAL));
    put(join(inbox.folder, TRIAL, parcel.id), bytes);
    expect(inbox.of(TRIAL).has(parcel)).toBe(false);
    await expect(inbox.of(TRIAL).read(parcel)).rejects.toMatchObject({ code: 'E_PARCEL' });
  });

  test("an inbox that is a link is refused, and so is a trial's", async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    symlinkSync(other, join(inbox.folder, TRIAL));
    await expect(sharedDelivery(folder).send(TRIAL, Buffer.from('x'))).rejects.toMatchObject({
      code: 'E_STORE_DAMAGED',
    });
    expect((await put(`/parcels/${TRIAL}/${randomUUID()}/0`, Buffer.from('x'))).status).toBe(500);
    expect(readdirSync(other)).toEqual([]);
    symlinkSync(other, join(other, 'sweep.inbox'));
    await expect(openInbox(other)).rejects.toMatchObject({ code: 'E_STORE_DAMAGED' });
  });
});

test('a host follows no redirect, and accepts only names of progress files', async () => {
  let asked = 0;
  const target = createServer((_, response) => {
    asked++;
    response.end('[]');
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const elsewhere = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;
  const answers: [number, string][] = [
    [302, ''],
    [307, ''],
    [200, '"checkpoints.jsonl"'],
    [200, '[1]'],
    [200, '["../../../evil", "/etc/passwd", "checkpoint-1/../x.safetensors"]'],
  ];
  const server = createServer((_, response) => {
    const [status, text] = answers.shift()!;
    response.writeHead(status, { location: elsewhere }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = temporaryFolder();
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const delivery = uploadDelivery({ url, token });
    for (let i = 0; i < 4; i++) await expect(delivery.fetch(TRIAL, folder)).rejects.toThrow();
    await delivery.fetch(TRIAL, folder);
    expect(asked).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    for (const each of [server, target]) each.close().closeAllConnections();
  }
});

test('parses addresses to listen on', () => {
  expect(parseListen('0.0.0.0:7070')).toEqual({ host: '0.0.0.0', port: 7070 });
  expect(parseListen('[::1]:0')).toEqual({ host: '::1', port: 0 });
  for (const text of ['7070', 'host', 'host:99999', ':1']) {
    expect(() => parseListen(text)).toThrow(expect.objectContaining({ code: 'E_LISTEN' }));
  }
});
