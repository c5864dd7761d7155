/*
 * How the leading thread and the helping threads communicate: through one block of shared memory, without messages. A helping thread loads
 * only this file and thread.ts.
 *
 * A job is one kernel, called for several parts of its arrays. Every argument is `base + part * perPart + thread * perThread`: pointers go
 * forward with the part, working memory is that of the thread. Threads take parts one by one until there are none, so a thread that wakes up
 * late, or not at all, does not delay the others.
 *
 * The leader writes a job only while no part can be taken (NEXT is beyond every count of parts) and no thread is ACTIVE, then sets NEXT
 * to 0. A thread counts itself as ACTIVE before it reads NEXT. So it never sees half a job, and a job is over when all its parts are taken and
 * no thread is ACTIVE.
 */

/** Positions of 32-bit words. Those that threads write often are in different cache lines. */
export const Word = {
  /** Increases with every job. Idle threads wait for that. */
  JOB: 0,
  NEXT: 16,
  ACTIVE: 32,
  SLEEPERS: 48,
  /** 1 while the leader sleeps. */
  WAITING: 64,
  /** Threads with a smaller number take part. 0 ends all threads. */
  LIMIT: 80,
  /** 1 when a kernel failed. */
  FAILED: 96,
  // The job.
  PARTS: 112,
  KERNEL: 113,
  ARGUMENTS: 114,
  /** Which argument is the size of a part: `perPart`, or the rest of `base` for the last part. -1 if none is. */
  SIZE: 115,
  /** Groups of random words for each part; -1 for kernels that draw none. */
  STREAM: 116,
  /** The group that the first part begins with. */
  STREAM_FROM: 117,
} as const;

const WORDS = 128;
const MOST_ARGUMENTS = 32;
/** Most parts of a job. */
export const MOST_PARTS = 4096;
/** Value of NEXT while no part can be taken. */
export const NONE: number = 2 ** 30;

/** The memory that threads share besides the memory of the kernels. */
export interface Block {
  readonly words: Int32Array;
  readonly base: Float64Array;
  readonly perPart: Float64Array;
  readonly perThread: Float64Array;
  /** The result of the kernel for each part, if it returns a number. */
  readonly results: Float64Array;
}

export const BLOCK_BYTES: number = 4 * WORDS + 8 * (3 * MOST_ARGUMENTS + MOST_PARTS);

export function blockOn(buffer: SharedArrayBuffer): Block {
  const numbers = (index: number, length: number): Float64Array =>
    new Float64Array(buffer, 4 * WORDS + 8 * index, length);
  return {
    words: new Int32Array(buffer, 0, WORDS),
    base: numbers(0, MOST_ARGUMENTS),
    perPart: numbers(MOST_ARGUMENTS, MOST_ARGUMENTS),
    perThread: numbers(2 * MOST_ARGUMENTS, MOST_ARGUMENTS),
    results: numbers(3 * MOST_ARGUMENTS, MOST_PARTS),
  };
}

type Kernel = (...args: number[]) => unknown;

/** The kernels of an instance in the order of their names in the module, which is the same in every thread. */
export function kernelTable(exports: object): readonly Kernel[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all exports of assembly/ are functions of numbers
  return Object.values(exports) as Kernel[];
}

/** What a thread works with. */
export interface Bench {
  readonly block: Block;
  readonly table: readonly Kernel[];
  readonly startStreamsAt: (group: number) => void;
  readonly thread: number;
}

/** Takes parts of the job until there are none. */
export function takeParts({ block, table, startStreamsAt, thread }: Bench): void {
  const { words, base, perPart, perThread, results } = block;
  for (;;) {
    const part = Atomics.add(words, Word.NEXT, 1);
    if (part >= words[Word.PARTS]!) return;
    const args: number[] = [];
    const count = words[Word.ARGUMENTS]!;
    for (let i = 0; i < count; i++) args.push(base[i]! + part * perPart[i]! + thread * perThread[i]!);
    const size = words[Word.SIZE]!;
    if (size >= 0) args[size] = Math.min(perPart[size]!, base[size]! - part * perPart[size]!);
    const groups = words[Word.STREAM]!;
    if (groups >= 0) startStreamsAt(words[Word.STREAM_FROM]! + part * groups);
    results[part] = Number(table[words[Word.KERNEL]!]!(...args));
    if (groups >= 0) startStreamsAt(0);
  }
}
