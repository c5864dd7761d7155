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
import type { Helper, Spawn } from './spawn.js';
import { waitForOthers } from './wait.js';

/** Most threads. A larger number is a mistake, because no machine has so many cores. */
const MOST_THREADS = 256;

/** An argument of a kernel: the same number for all parts, or `base + part * perPart + thread * perThread`. */
export type Argument = number | readonly [base: number, perPart: number, perThread?: number];

interface Job {
  /** Name of the kernel in assembly/. */
  readonly kernel: string;
  readonly parts: number;
  readonly args: readonly Argument[];
  /** Index of the argument `[total, perPart]`, which becomes the size of a part. The last part gets the rest. */
  readonly size?: number;
  /** Groups of 16 random words for each part, if the kernel draws random numbers. */
  readonly stream?: number;
  /** The group that the first part begins with. Default 0. */
  readonly streamFrom?: number;
}

/** A team of threads, including this one, that do jobs one after another. */
export interface Team extends Threads {
  /** Work shorter than this, in nanoseconds, is done by one thread. */
  readonly worth: number;
  /** Runs a job. Returns when all parts are done, with the kernel's result for each part, which is valid until the next job. */
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
  const helpers: Helper[] = [];
  let count = 1;
  let closed = false;
  let failure: string | undefined;
  Atomics.store(words, Word.NEXT, NONE);
  Atomics.store(words, Word.LIMIT, 1);

  const start = (thread: number): Helper => {
    const workspace = heap.malloc(workspaceBytes);
    return spawn({ module, memory: heap.memory, control, thread, workspace }, (why) => {
      if (!closed) failure ??= why;
    });
  };
  const hasEnded = (): boolean => helpers.some((helper) => helper.hasEnded());
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
      while (helpers.length < count - 1) helpers.push(start(helpers.length + 1));
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
        // A kernel that failed did not reset the start of its random streams.
        startStreamsAt(0);
        failure ??= waitForOthers(words, hasEnded);
      }
      if (failure !== undefined) throw broken(failure);
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

const broken = (why: string): KernelError =>
  new KernelError(
    'KERNEL_THREADS',
    `a thread is gone: ${why}. Try again, with --threads 1 if it happens again.`,
  );
