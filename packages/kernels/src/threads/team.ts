import { KernelError } from '../errors.js';
import type { Threads } from '../ops.js';
import type { Heap, Kernels } from '../wasm/kernels.js';
import {
  BLOCK_BYTES,
  blockOn,
  kernelTable,
  MOST_PARTS,
  NONE,
  takeParts,
  Word,
  type Bench,
} from './protocol.js';
import type { Spawn } from './spawn.js';

/** More threads than this are a mistake: no machine has so many cores. */
export const MOST_THREADS = 256;

/** An argument of a kernel: a number for all, or `base + part * perPart + thread * perThread`. */
export type Argument = number | readonly [base: number, perPart: number, perThread?: number];

export interface Job {
  /** Name of the kernel in assembly/. */
  readonly kernel: string;
  readonly parts: number;
  readonly args: readonly Argument[];
  /** Which argument is `[total, perPart]`, the size of a part: what is left for the last one. */
  readonly size?: number;
  /** Groups of 16 random words to a part, for kernels that draw some. */
  readonly stream?: number;
  /** The group that the first part begins with. Default 0. */
  readonly streamFrom?: number;
}

/** Threads that do the parts of one job after another, this one among them. */
export interface Team extends Threads {
  /** Work shorter than this, in nanoseconds, is done by one thread. */
  readonly worth: number;
  /** Returns when all parts are done, with what the kernel gave for each; valid until the next job. */
  run(job: Job): Float64Array;
}

/** Working memory for every thread, as an argument; each begins at a cache line. */
export function workOfThreads(
  { scratch }: Pick<Kernels, 'scratch'>,
  { count }: Pick<Team, 'count'>,
  slot: string,
  bytes: number,
): Argument {
  const each = Math.ceil(bytes / LINE) * LINE;
  return [scratch(slot, count * each), 0, each];
}

/** Two cache lines: processors fetch them in pairs. */
const LINE = 128;

export interface TeamOptions {
  readonly heap: Heap;
  readonly module: WebAssembly.Module;
  /** The kernels of the thread that leads. */
  readonly run: object;
  readonly workspaceBytes: number;
  readonly startStreamsAt: (group: number) => void;
  readonly spawn: Spawn;
  /** See {@link Team.worth}. Default 25,000: waking a thread up takes 10 to 50 microseconds. */
  readonly worth?: number;
}

export function createTeam({
  heap,
  module,
  run,
  workspaceBytes,
  startStreamsAt,
  spawn,
  worth = 25_000,
}: TeamOptions): Team {
  const control = new SharedArrayBuffer(BLOCK_BYTES);
  const block = blockOn(control);
  const { words } = block;
  const bench: Bench = { block, table: kernelTable(run), startStreamsAt, thread: 0 };
  const kernels = new Map(Object.keys(run).map((name, index) => [name, index]));
  let count = 1;
  let spawned = 1;
  let closed = false;
  let failure: string | undefined;
  Atomics.store(words, Word.NEXT, NONE);
  Atomics.store(words, Word.LIMIT, 1);

  const start = (thread: number): void => {
    const workspace = heap.malloc(workspaceBytes);
    spawn({ module, memory: heap.memory, control, thread, workspace }, (why) => {
      if (!closed) failure ??= why;
    });
  };
  return {
    worth,
    get count() {
      return count;
    },
    get bytes() {
      return heap.memory.buffer.byteLength;
    },
    use(wanted) {
      if (!(Number.isSafeInteger(wanted) && wanted >= 1 && wanted <= MOST_THREADS)) {
        throw new KernelError(
          'KERNEL_THREADS',
          `the number of threads is ${wanted}. Expected a whole number from 1 to ${MOST_THREADS}.`,
        );
      }
      if (closed || wanted === count) return;
      count = wanted;
      Atomics.store(words, Word.LIMIT, count);
      Atomics.notify(words, Word.LIMIT);
      for (; spawned < count; spawned++) start(spawned);
    },
    run(job) {
      if (failure !== undefined) throw broken(failure);
      write(job, kernels.get(job.kernel)!, block);
      Atomics.store(words, Word.NEXT, 0);
      Atomics.add(words, Word.JOB, 1);
      if (Atomics.load(words, Word.SLEEPERS) > 0) Atomics.notify(words, Word.JOB, job.parts - 1);
      try {
        takeParts(bench);
      } finally {
        Atomics.store(words, Word.NEXT, NONE);
        // A kernel that failed left them where its part begins.
        startStreamsAt(0);
        waitForOthers(words);
      }
      if (Atomics.load(words, Word.FAILED)) throw broken((failure = 'a kernel failed in it'));
      return block.results;
    },
    close() {
      closed = true;
      count = 1;
      Atomics.store(words, Word.LIMIT, 0);
      Atomics.notify(words, Word.LIMIT);
      Atomics.add(words, Word.JOB, 1);
      Atomics.notify(words, Word.JOB);
    },
  };
}

function write(job: Job, kernel: number, { words, base, perPart, perThread }: Bench['block']): void {
  const { parts, args, size = -1, stream = -1, streamFrom = 0 } = job;
  if (parts > MOST_PARTS) throw new RangeError(`a job of ${parts} parts; ${MOST_PARTS} are the most`);
  words[Word.PARTS] = parts;
  words[Word.KERNEL] = kernel;
  words[Word.ARGUMENTS] = args.length;
  words[Word.SIZE] = size;
  words[Word.STREAM] = stream;
  words[Word.STREAM_FROM] = streamFrom;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (typeof arg === 'number') {
      base[i] = arg;
      perPart[i] = 0;
      perThread[i] = 0;
    } else {
      base[i] = arg[0];
      perPart[i] = arg[1];
      perThread[i] = arg[2] ?? 0;
    }
  }
}

/** Looks at the others before this thread sleeps: parts are about equal, so the last ones end soon. */
const LOOKS = 2000;
/** A part takes milliseconds. A thread that has not done its own after so many seconds in which this process ran is gone. */
const PATIENCE = 60;

function waitForOthers(words: Int32Array): void {
  for (let i = 0; i < LOOKS; i++) if (Atomics.load(words, Word.ACTIVE) === 0) return;
  Atomics.store(words, Word.WAITING, 1);
  try {
    for (let seconds = 0; ;) {
      const active = Atomics.load(words, Word.ACTIVE);
      if (active === 0) return;
      if (!mayWait) continue;
      if (Atomics.wait(words, Word.ACTIVE, active, 1000) === 'timed-out' && ++seconds === PATIENCE) {
        throw broken('it did not finish its part');
      }
    }
  } finally {
    Atomics.store(words, Word.WAITING, 0);
  }
}

/** The main thread of a page must not sleep. */
const mayWait = typeof document === 'undefined';

const broken = (why: string): KernelError =>
  new KernelError(
    'KERNEL_THREADS',
    `a thread is gone: ${why}. Try again, with --threads 1 if it happens again.`,
  );
