import type { DataOptions } from '@bbb/core';
import type { Datasets } from '../executor/data.js';
import type { Executor } from '../executor/executor.js';
import { processExecutor } from '../pool/process-executor.js';
import { threadExecutor } from '../pool/thread-executor.js';
import type { SweepOptions } from './options.js';

const MEMORY_LIMIT = 2 ** 30;

/** The executor that the options ask for. */
export function startExecutor(
  workers: number,
  options: SweepOptions,
  data: readonly DataOptions[],
  datasets: Datasets,
): Executor {
  const { plugins, dataDir, heapMegabytes } = options;
  const setup = {
    plugins,
    cwd: options.cwd ?? process.cwd(),
    memoryLimit: options.memoryLimit ?? MEMORY_LIMIT,
  };
  const heap = heapMegabytes === undefined ? {} : { heapMegabytes };
  if (options.isolate === 'process') {
    return processExecutor(workers, {
      ...setup,
      data,
      ...(dataDir === undefined ? {} : { dataDir }),
      ...heap,
    });
  }
  return threadExecutor({ workers, setup: { ...setup, datasets }, ...heap });
}
