import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, Snapshot, TrialRow, Update } from './protocol.js';

/** While no process runs the sweep, looking takes at most one part in this many of the time. */
const IDLE = 10;

/** Tells all listeners what has changed. The folder is read only while there is a listener. */
export interface Feed {
  /**
   * Each message is the text of a Server-Sent Event under its type's name, made once for all listeners. The first is a snapshot,
   * or a problem.
   */
  subscribe(listener: (event: string) => void): () => void;
}

/**
 * @param everyMs milliseconds between two looks. The pause is at least as long as a look, and much longer while no process runs the sweep: then
 *   little changes, and a look may have to read every result.
 */
export function createFeed(look: () => Promise<Snapshot>, everyMs: number): Feed {
  /** Whether a listener has had its snapshot. */
  const listeners = new Map<(event: string) => void, boolean>();
  let latest: Snapshot | undefined;
  const textOf = createTexts();
  let turning = false;

  /** Sends a message to the listeners that `to` accepts. Its text is made only if there is one. */
  const send = (message: Message, to: (greeted: boolean) => boolean): void => {
    const wanted = [...listeners].filter(([, greeted]) => to(greeted));
    if (wanted.length === 0) return;
    const text = textOf(message);
    for (const [listener] of wanted) {
      listeners.set(listener, message.type !== 'problem');
      listener(text);
    }
  };

  const turn = async (): Promise<void> => {
    turning = true;
    while (listeners.size > 0) {
      const began = performance.now();
      try {
        const snapshot = await look();
        const update = latest && changes(latest, snapshot);
        latest = snapshot;
        if (update) send({ type: 'update', update }, (greeted) => greeted);
        send({ type: 'snapshot', snapshot }, (greeted) => !greeted);
      } catch (error) {
        latest = undefined;
        send(
          { type: 'problem', message: error instanceof Error ? error.message : String(error) },
          () => true,
        );
      }
      const patience = latest?.summary.owner || latest?.summary.unread ? 1 : IDLE;
      await sleep(Math.max(everyMs, patience * (performance.now() - began)), undefined, { ref: false });
    }
    latest = undefined;
    turning = false;
  };

  return {
    subscribe(listener) {
      listeners.set(listener, false);
      if (latest) send({ type: 'snapshot', snapshot: latest }, (greeted) => !greeted);
      if (!turning) void turn();
      return () => listeners.delete(listener);
    },
  };
}

/** Makes the texts of messages. The text of a snapshot is kept, since every new listener gets the latest one. */
function createTexts(): (message: Message) => string {
  let kept: { readonly snapshot: Snapshot; readonly text: string } | undefined;
  return (message) => {
    if (message.type !== 'snapshot') return eventText(message);
    if (kept?.snapshot !== message.snapshot) kept = { snapshot: message.snapshot, text: eventText(message) };
    return kept.text;
  };
}

function eventText({ type, ...content }: Message): string {
  // JSON text contains no line break, so it is one line of the event.
  return `event: ${type}\ndata: ${JSON.stringify(content)}\n\n`;
}

/** The changes between two snapshots. Undefined if there are none. */
export function changes(before: Snapshot, after: Snapshot): Update | undefined {
  const known = new Map(before.trials.map((row) => [row.id, row]));
  const trials = after.trials.filter((row) => !same(known.get(row.id), row));
  const { summary, methods, dimensions, headline, curve } = after;
  if (trials.length === 0 && same(before.summary, summary)) return undefined;
  return { summary, methods, dimensions, headline, curve, trials };
}

function same(a: Summary | TrialRow | undefined, b: Summary | TrialRow): boolean {
  // Rows of trials that did not change are the same objects in every look.
  if (a === b) return true;
  return JSON.stringify(a) === JSON.stringify(b);
}

type Summary = Snapshot['summary'];
