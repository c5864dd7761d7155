import { shareFolder, type Plan } from '@bbb/sweep';
import { UsageError } from '../errors/usage.js';
import type { RunFlags } from '../options/run.js';

type ShareFlags = Pick<RunFlags, 'index' | 'count'> & {
  /** Whether the executor hands trials to other machines. */
  readonly manyMachines?: boolean;
};

/**
 * The part of a plan that this process runs, and its folder: all trials, or every `count`-th trial from `index` in a folder
 * inside. The same command without `--index` and `--count` takes the results over from there.
 */
export function shareOf(
  plan: Plan,
  dir: string,
  flags: ShareFlags,
): { readonly plan: Plan; readonly dir: string } {
  const { index, count, manyMachines } = flags;
  if (index === undefined && count === undefined) return { plan, dir };
  if (index === undefined || count === undefined) {
    throw new UsageError(
      '--index and --count need each other.',
      'For the first of four machines: --index 0 --count 4.',
    );
  }
  if (index >= count) {
    throw new UsageError(
      `--index ${index} is not below --count ${count}.`,
      `Choose --index 0 to ${count - 1}.`,
    );
  }
  if (manyMachines) {
    throw new UsageError('--index and an executor for many machines both divide the trials.', 'Choose one.');
  }
  if ('search' in plan && plan.search !== undefined) {
    throw new UsageError(
      'A search that learns from its results can not be divided into shards.',
      'Leave --index and --count out, or choose a sampler that does not learn: --sampler random.',
    );
  }
  const trials = plan.trials.filter((_, position) => position % count === index);
  return { plan: { ...plan, trials }, dir: shareFolder(dir, index, count) };
}
