import { defineExecutor } from '@bbb/core';
import { usableCores } from './cores.js';
import { localOptions, MIB } from './local-options.js';

export const threads = defineExecutor({
  description: 'Worker threads of this process, one for each core.',
  options: localOptions,
  isolation: 'thread',
  create: ({ heapMegabytes, memoryMegabytes, threads }) => ({
    capacity: usableCores(),
    async start({ capacity, workers, plugins, cwd, datasets }) {
      const { threadExecutor } = await import('../pool/thread-executor.js');
      const all = threads ?? workers ?? usableCores();
      return threadExecutor({
        workers: capacity,
        setup: { plugins, cwd, datasets, memoryLimit: memoryMegabytes * MIB, threads: all },
        threads: all,
        ...(heapMegabytes === undefined ? {} : { heapMegabytes }),
      });
    },
  }),
});
