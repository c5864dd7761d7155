import type { ServerResponse } from 'node:http';
import type { Feed } from './feed.js';
import type { Message } from './protocol.js';

/** Comments keep proxies from closing a silent stream, and find out that a reader is gone. */
const BEAT_MS = 15_000;

/** A stream of Server-Sent Events that lasts until the reader goes: each message under its type's name. */
export function streamEvents(response: ServerResponse, feed: Feed): void {
  response.write('retry: 2000\n\n');
  const unsubscribe = feed.subscribe((message) => response.write(eventText(message)));
  const beat = setInterval(() => response.write(': still here\n\n'), BEAT_MS);
  response.on('close', () => {
    clearInterval(beat);
    unsubscribe();
  });
}

function eventText(message: Message): string {
  const { type, ...content } = message;
  // JSON has no line break of its own.
  return `event: ${type}\ndata: ${JSON.stringify(content)}\n\n`;
}
