import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
// The server is no part of the package's interface: hosts are its only clients.
import { openInbox, type Inbox } from '../../packages/sweep-bullmq/src/transfer/inbox.js';
import { CHUNK_BYTES, parseListen } from '../../packages/sweep-bullmq/src/transfer/limits.js';
import { uploadDelivery } from '../../packages/sweep-bullmq/src/transfer/delivery.js';
import { listen, type UploadServer } from '../../packages/sweep-bullmq/src/transfer/server.js';
import { mayMount, mountDisk } from './fixtures/disk.js';
import { temporary } from './fixtures/machines.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const token = 'the token';

describe('the upload address of a coordinator', () => {
  let folder: ReturnType<typeof temporary>;
  let inbox: Inbox;
  let server: UploadServer;
  beforeEach(async () => {
    folder = temporary();
    inbox = await openInbox(folder.path);
    const options = { dir: folder.path, inbox: inbox.folder, token };
    server = await listen({ host: '127.0.0.1', port: 0 }, options);
  });
  afterEach(async () => {
    await server.close();
    folder.remove();
  });

  const put = (path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'PUT',
      body: Buffer.from(body),
      headers: { authorization: `Bearer ${token}`, 'x-sha256': sha256(body), ...headers },
    });
  const post = (path: string): Promise<Response> =>
    fetch(`${server.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

  test('takes a file of several chunks, whole', async () => {
    const bytes = new Uint8Array(2 * CHUNK_BYTES + 12345).map((_, i) => (i * 7) & 255);
    const parcel = await uploadDelivery({ url: server.url, token }).send(bytes);
    expect(parcel).toMatchObject({ bytes: bytes.length, sha256: sha256(bytes) });
    expect(sha256(await inbox.read(parcel))).toBe(sha256(bytes));
  });

  test('refuses a wrong token, a wrong checksum, a chunk that is too big or in the wrong place', async () => {
    const id = randomUUID();
    const bytes = Buffer.from('some weights');
    expect((await put(`/parcels/${id}/0`, bytes, { authorization: 'Bearer guess' })).status).toBe(401);
    expect((await put(`/parcels/${id}/0`, bytes, { 'x-sha256': sha256(Buffer.from('other')) })).status).toBe(
      422,
    );
    expect((await put(`/parcels/${id}/5`, bytes)).status).toBe(409);
    expect((await put(`/parcels/../../etc/0`, bytes)).status).toBe(404);
    expect((await put(`/parcels/${id}/${3 * 2 ** 30}`, bytes)).status).toBe(413);
    const huge = await put(`/parcels/${id}/0`, new Uint8Array(CHUNK_BYTES + 1)).catch(() => undefined);
    // The connection may be cut before all was sent.
    expect(huge?.status ?? 413).toBe(413);
    expect(existsSync(join(inbox.folder, id))).toBe(false);
  });

  test('drops a file that is not what was announced', async () => {
    const id = randomUUID();
    const bytes = Buffer.from('some weights');
    expect((await put(`/parcels/${id}/0`, bytes)).status).toBe(204);
    const wrong = sha256(Buffer.from('other weights'));
    const answer = await post(`/parcels/${id}?bytes=${bytes.length}&sha256=${wrong}`);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('checksum');
    expect(existsSync(join(inbox.folder, `${id}.part`))).toBe(false);
    await expect(inbox.read({ id, bytes: bytes.length, sha256: wrong })).rejects.toMatchObject({
      code: 'E_PARCEL',
    });
  });

  test('a file whose next chunk fails is dropped: who sends it begins anew', async () => {
    const id = randomUUID();
    const bytes = Buffer.from('some weights');
    expect((await put(`/parcels/${id}/0`, bytes)).status).toBe(204);
    expect((await put(`/parcels/${id}/${bytes.length}`, bytes, { 'x-sha256': 'wrong' })).status).toBe(422);
    expect(readdirSync(inbox.folder)).toEqual([inbox.nonce]);
  });

  test.skipIf(!mayMount)('what a full disk refuses takes no room on it', async () => {
    const unmount = mountDisk(join(folder.path, 'disk'));
    try {
      const small = await openInbox(join(folder.path, 'disk'));
      await server.close();
      const options = { dir: folder.path, inbox: small.folder, token };
      server = await listen({ host: '127.0.0.1', port: 0 }, options);
      const send = (kib: number) =>
        uploadDelivery({ url: server.url, token }).send(new Uint8Array(kib * 1024).fill(7));
      for (let tries = 0; tries < 3; tries++) {
        await expect(send(100)).rejects.toMatchObject({ code: 'E_UPLOAD' });
      }
      await expect(send(40)).resolves.toMatchObject({ bytes: 40 * 1024 });
    } finally {
      unmount();
    }
  });

  test('a shared file that was changed on the way is not taken', async () => {
    const parcel = await uploadDelivery({ url: server.url, token }).send(Buffer.from('some weights'));
    const target = join(folder.path, 'checkpoint');
    const altered = { ...parcel, sha256: sha256(Buffer.from('others')) };
    await expect(inbox.move(altered, target)).rejects.toMatchObject({ code: 'E_PARCEL' });
    expect(existsSync(target)).toBe(false);
    await inbox.move(parcel, target);
    expect(readFileSync(target, 'utf8')).toBe('some weights');
  });
});

test('addresses to listen on', () => {
  expect(parseListen('0.0.0.0:7070')).toEqual({ host: '0.0.0.0', port: 7070 });
  expect(parseListen('[::1]:0')).toEqual({ host: '::1', port: 0 });
  for (const text of ['7070', 'host', 'host:99999', ':1']) {
    expect(() => parseListen(text)).toThrow(expect.objectContaining({ code: 'E_LISTEN' }));
  }
});
