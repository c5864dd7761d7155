import { defineExecutor } from '@bbb/core';
import { identityOf } from '../store/data-identity.js';
import { usableCores } from './cores.js';
import { localOptions, MIB } from './local-options.js';

export const processes = defineExecutor({
  description: 'Processes of their own, one for each core: for plugins that may crash natively.',
  options: localOptions,
  isolation: 'process',
  create: ({ heapMegabytes, memoryMegabytes, threads }) => ({
    capacity: usableCores(),
    async start({ capacity, workers, plugins, cwd, needs, datasets, dataDir }) {
      const { processExecutor } = await import('../pool/process-executor.js');
      return processExecutor(capacity, {
        plugins,
        cwd,
        memoryLimit: memoryMegabytes * MIB,
        threads: threads ?? workers ?? usableCores(),
        data: [needs.data],
        identity: identityOf(datasets),
        ...(dataDir === undefined ? {} : { dataDir }),
        ...(heapMegabytes === undefined ? {} : { heapMegabytes }),
      });
    },
  }),
});
