import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  BbbError,
  defineReporter,
  type EpochMetrics,
  type Reporter,
  type TrialDoneEvent,
  type TrialStartEvent,
} from '@bbb/core';
import { z } from 'zod';
import { encodeRecords, fileHeader, type Event } from './events.js';
import { epochEvents, resultEvents, runFolder } from './trial.js';

const tensorboardOptions = z.strictObject({
  dir: z
    .string()
    .default('')
    .describe(
      'Log folder, from where bbb was started; give it to tensorboard --logdir. Empty: tensorboard in the sweep folder.',
    ),
});

/** Options of the reporter `tensorboard`, as a user may write them. */
export type TensorboardOptions = z.input<typeof tensorboardOptions>;

/** Writes event files that grow while trials are trained: `tensorboard --logdir` follows them. */
export const tensorboard = defineReporter({
  description: 'Event files for TensorBoard that grow while trials are trained, a run for each trial.',
  options: tensorboardOptions,
  create({ dir }, context) {
    return createReporter(dir === '' ? join(context.dir, 'tensorboard') : resolve(context.cwd, dir));
  },
});

/** The event file of a running trial. */
interface Run {
  readonly descriptor: number;
  /** When training began, in seconds since 1970. */
  readonly start: number;
}

function createReporter(logs: string): Reporter {
  const runs = new Map<string, Run>();
  const write = (id: string, events: readonly Event[]): void => {
    const run = runs.get(id);
    // Whole frames are written at once, so that a reader that follows the file hardly ever sees half a frame.
    if (run && events.length > 0) writeSync(run.descriptor, encodeRecords(events));
  };
  const end = (id: string): void => {
    const run = runs.get(id);
    runs.delete(id);
    if (run) closeSync(run.descriptor);
  };
  return {
    onEvent(event) {
      switch (event.type) {
        case 'trial-start':
          end(event.id);
          runs.set(event.id, begin(logs, event));
          break;
        case 'epoch':
          write(event.id, epochEvents(event.metrics, now()));
          break;
        case 'trial-done':
          write(event.id, doneEvents(event, runs.get(event.id)));
          end(event.id);
          break;
        case 'trial-failed':
        case 'trial-stopped':
        case 'trial-stopped-early':
          end(event.id);
          break;
        default:
      }
    },
    close() {
      for (const id of runs.keys()) end(id);
    },
  };
}

const now = (): number => Date.now() / 1000;

function doneEvents({ result }: TrialDoneEvent, run: Run | undefined): Event[] {
  return run ? resultEvents(result, { start: run.start, end: now() }) : [];
}

/**
 * Begins the file of an attempt with the epochs that it need not train again. Files of earlier attempts are removed: they may hold epochs
 * were trained again, which TensorBoard would draw twice. The name counts attempts because TensorBoard reads files in the order of names.
 * @throws BbbError `E_REPORT_WRITE` when the folder can't be written
 */
function begin(logs: string, event: TrialStartEvent): Run {
  const folder = join(logs, runFolder(event));
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) if (OWN_FILE.test(name)) rmSync(join(folder, name));
    const name = `events.out.tfevents.${String(event.attempt).padStart(10, '0')}.bbb`;
    const descriptor = openSync(join(folder, name), 'wx');
    const start = now() - secondsOf(event.resumedEpochs);
    writeSync(descriptor, fileHeader(start));
    writeSync(descriptor, encodeRecords(resumedEvents(event.resumedEpochs, start)));
    return { descriptor, start };
  } catch (cause) {
    throw new BbbError(
      'E_REPORT_WRITE',
      `Can't write event files into ${folder}: ${(cause as Error).message}.`,
      {
        hint: 'Choose another folder with the option dir of the reporter, or change its permissions.',
        cause,
      },
    );
  }
}

/** Names of files that this reporter writes. No other file is removed. */
const OWN_FILE = /^events\.out\.tfevents\.\d{10}\.bbb$/;

function secondsOf(epochs: readonly EpochMetrics[]): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}

function resumedEvents(epochs: readonly EpochMetrics[], start: number): Event[] {
  return epochs.flatMap((metrics, i) => epochEvents(metrics, start + secondsOf(epochs.slice(0, i + 1))));
}
