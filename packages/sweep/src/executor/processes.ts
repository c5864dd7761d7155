import { defineExecutor } from '@bbb/core';
import { usableCores } from './cores.js';
import { localOptions, MIB } from './local-options.js';

export const processes = defineExecutor({
  description: 'Processes of their own, one for each core: for plugins that may crash natively.',
  options: localOptions,
  create: ({ heapMegabytes, memoryMegabytes }) => ({
    capacity: usableCores(),
    async start({ capacity, plugins, cwd, needs, dataDir }) {
      const { processExecutor } = await import('../pool/process-executor.js');
      return processExecutor(capacity, {
        plugins,
        cwd,
        memoryLimit: memoryMegabytes * MIB,
        data: [needs.data],
        ...(dataDir === undefined ? {} : { dataDir }),
        ...(heapMegabytes === undefined ? {} : { heapMegabytes }),
      });
    },
  }),
});
