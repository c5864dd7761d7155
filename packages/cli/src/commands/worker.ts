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
  /** Lease of a trial, seconds. */
  readonly lease: number;
  /** Time without work after which the worker ends, seconds. */
  readonly idle?: number;
}

/** `bbb worker`: runs trials of other machines' sweeps until it is stopped. Returns the exit code. */
export async function worker(flags: WorkerFlags): Promise<number> {
  const { registry, plugins } = await loadRegistry(flags.plugin);
  const { executor, options } = hostOf(flags, registry);
  const signals = listenForSignals((signal) =>
    warn(`${signal}: giving trials back at their next checkpoint. A second signal leaves at once.`),
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
 * The executor that this machine works for, with its options checked: the first for many machines, unless the user names one.
 * @throws UsageError if there is none, or it lacks an address
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
