import { resolve } from 'node:path';
import { parseOptions, type ExecutorDefinition, type Registry } from '@bbb/core';
import { EXIT } from '../errors/exit-codes.js';
import { UsageError } from '../errors/usage.js';
import { warn, say } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import { executorOf, packageMissing } from '../run/executor.js';
import type { Assignment } from '../parse/assignment.js';
import { listenForSignals } from '../run/signals.js';

export interface WorkerFlags {
  readonly executor?: string;
  readonly executorOption?: readonly Assignment[];
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
  const { registry, plugins } = await loadRegistry(flags.plugin);
  const { executor, options } = hostOf(flags, registry);
  const signals = listenForSignals((signal) =>
    warn(`${signal}: giving trials back at their next checkpoint. Once more leaves at once.`),
  );
  try {
    await executor.host!(options, {
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

/**
 * The executor whose other end this machine is, with its options checked: the first for many machines, unless one is named.
 * @throws UsageError where there is none, or where it lacks an address
 */
function hostOf(
  flags: WorkerFlags,
  registry: Registry,
): { readonly executor: ExecutorDefinition; readonly options: unknown } {
  const first = registry.list('executors').find(({ value }) => value.host !== undefined)?.name;
  const asked = flags.executor ?? first;
  if (asked === undefined) throw packageMissing();
  const { use, options } = executorOf({ ...flags, executor: asked }, registry);
  const executor = registry.get('executors', use);
  if (!executor.host) {
    throw new UsageError(
      `The executor "${use}" runs its trials where the sweep runs.`,
      'Leave --executor out, or name one for many machines.',
    );
  }
  return { executor, options: parseOptions(use, executor.options, options) };
}
