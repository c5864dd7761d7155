import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { streamEvents } from '../../packages/serve/src/events.js';

it('disconnects a reader that reads nothing, and keeps one that reads', async () => {
  const listeners = new Set<(event: string) => void>();
  const server = createServer((_, response) =>
    streamEvents(response, {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const [slow] = (await once(get(url), 'response')) as [import('node:http').IncomingMessage];
  slow.pause();
  slow.on('error', () => undefined);
  const [quick] = (await once(get(url), 'response')) as [import('node:http').IncomingMessage];
  let taken = 0;
  quick.on('data', (bytes: Buffer) => (taken += bytes.length));
  const event = `data: ${'x'.repeat(1 << 20)}\n\n`;
  let sent = 0;
  while (listeners.size === 2 && sent < 100) {
    for (const listener of listeners) listener(event);
    sent++;
    await expect.poll(() => taken).toBeGreaterThanOrEqual(sent * event.length);
  }
  expect(listeners.size).toBe(1);
  expect(quick.destroyed).toBe(false);
  server.closeAllConnections();
  server.close();
});
