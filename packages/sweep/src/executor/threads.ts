import { defineExecutor } from '@bbb/core';
import { usableCores } from './cores.js';
import { localOptions, MIB } from './local-options.js';

export const threads = defineExecutor({
  description: 'Worker threads of this process, one for each core.',
  options: localOptions,
  create: ({ heapMegabytes, memoryMegabytes }) => ({
    capacity: usableCores(),
    async start({ capacity, plugins, cwd, datasets }) {
      const { threadExecutor } = await import('../pool/thread-executor.js');
      return threadExecutor({
        workers: capacity,
        setup: { plugins, cwd, datasets, memoryLimit: memoryMegabytes * MIB },
        ...(heapMegabytes === undefined ? {} : { heapMegabytes }),
      });
    },
  }),
});
