import type { ServerResponse } from 'node:http';
import type { Feed } from './feed.js';

/** Milliseconds between two comments. Comments keep proxies from closing a silent stream, and show when a reader is gone. */
const BEAT_MS = 15_000;

/** Bytes that may wait for one reader: the whole of a sweep of several thousand trials is about 3 MB. */
const PATIENCE_BYTES = 16 << 20;

/**
 * A stream of Server-Sent Events that lasts until the reader disconnects. A reader that does not take its data is disconnected, because
 * waiting data would fill the memory. It may connect again and then gets a whole snapshot.
 */
export function streamEvents(response: ServerResponse, feed: Feed): void {
  const send = (text: string): void => {
    if (response.writableLength > PATIENCE_BYTES) response.destroy();
    else response.write(text);
  };
  send('retry: 2000\n\n');
  const unsubscribe = feed.subscribe(send);
  const beat = setInterval(() => send(': still here\n\n'), BEAT_MS);
  response.on('close', () => {
    clearInterval(beat);
    unsubscribe();
  });
}
