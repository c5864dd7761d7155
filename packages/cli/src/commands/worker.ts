import { resolve } from 'node:path';
import { EXIT } from '../errors/exit-codes.js';
import { warn, say } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import { loadBullmq, queueOf } from '../run/executor.js';
import { UsageError } from '../errors/usage.js';
import { listenForSignals } from '../run/signals.js';

export interface WorkerFlags {
  readonly queue?: string;
  readonly redis?: string;
  readonly workers?: number;
  readonly dataDir?: string;
  readonly dir?: string;
  readonly plugin?: readonly string[];
  readonly uploadTo?: readonly string[];
  readonly upload?: true;
  /** Seconds. */
  readonly lease: number;
  /** Seconds. */
  readonly idle?: number;
}

/** `bbb worker`: takes trials of sweeps of other machines until it is stopped. Gives the exit code. */
export async function worker(flags: WorkerFlags): Promise<number> {
  const queue = queueOf(flags);
  if (queue === undefined) {
    throw new UsageError(
      'bbb worker needs the server at which sweeps are announced.',
      'Add --redis redis://host:6379 or --queue postgres://user@host/database.',
    );
  }
  const { runWorker } = await loadBullmq();
  const { plugins } = await loadRegistry(flags.plugin);
  const signals = listenForSignals((signal) =>
    warn(`${signal}: giving trials back at their next checkpoint. Once more leaves at once.`),
  );
  try {
    await runWorker({
      queue,
      plugins,
      cwd: process.cwd(),
      leaseSeconds: flags.lease,
      signal: signals.stop,
      kill: signals.kill,
      say,
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
      ...(flags.dataDir === undefined ? {} : { dataDir: flags.dataDir }),
      ...(flags.dir === undefined ? {} : { dir: resolve(flags.dir) }),
      ...(flags.uploadTo === undefined ? {} : { uploadTo: flags.uploadTo }),
      ...(flags.upload === undefined ? {} : { upload: flags.upload }),
      ...(flags.idle === undefined ? {} : { idleSeconds: flags.idle }),
    });
  } finally {
    signals.close();
  }
  if (!signals.stop.aborted) return EXIT.done;
  return signals.stop.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}
