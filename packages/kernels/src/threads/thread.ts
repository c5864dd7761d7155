import { blockOn, kernelTable, takeParts, Word, type Bench } from './protocol.js';

/*
 * A helping thread, in Node or in a browser. It loads only protocol.ts, and does not return to its event loop until it must end.
 */

/** What a thread gets when it starts. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  readonly thread: number;
  /** Where its kernels have their working memory. */
  readonly workspace: number;
}

/**
 * How often a thread looks for the next job before it sleeps. This takes some microseconds, about the time between two jobs of a training
 * step. Waking a thread up would take longer.
 */
const LOOKS = 2000;

export function help({ module, memory, control, thread, workspace }: ThreadStart): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see assembly/index.ts
  const run = exports as unknown as {
    useWorkspace(at: number): void;
    startStreamsAt(this: void, group: number): void;
  };
  run.useWorkspace(workspace);
  const bench: Bench = {
    block: blockOn(control),
    table: kernelTable(exports),
    startStreamsAt: run.startStreamsAt,
    thread,
  };
  const { words } = bench.block;
  let seen = 0;
  while (isWanted(words, thread)) {
    Atomics.add(words, Word.ACTIVE, 1);
    // The number is read before the work, so that this thread notices a job that begins during the work.
    seen = Atomics.load(words, Word.JOB);
    try {
      takeParts(bench);
    } catch (error) {
      Atomics.store(words, Word.FAILED, 1);
      console.error(error);
    }
    if (Atomics.sub(words, Word.ACTIVE, 1) === 1 && Atomics.load(words, Word.WAITING) === 1) {
      Atomics.notify(words, Word.ACTIVE);
    }
    waitForJob(words, seen);
  }
}

/** Sleeps while the team does not need this thread. Returns false when the thread must end. */
function isWanted(words: Int32Array, thread: number): boolean {
  for (;;) {
    const limit = Atomics.load(words, Word.LIMIT);
    if (limit === 0) return false;
    if (thread < limit) return true;
    Atomics.wait(words, Word.LIMIT, limit);
  }
}

function waitForJob(words: Int32Array, seen: number): void {
  for (let i = 0; i < LOOKS; i++) if (Atomics.load(words, Word.JOB) !== seen) return;
  Atomics.add(words, Word.SLEEPERS, 1);
  Atomics.wait(words, Word.JOB, seen);
  Atomics.sub(words, Word.SLEEPERS, 1);
}
