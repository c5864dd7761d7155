import type { ProcedureDefinition } from '@bbb/core';
import { z } from 'zod';
import { refuseFinetuning } from './targets.js';

export const atInitOptions = z.strictObject({});

export const atInit: ProcedureDefinition<z.output<typeof atInitOptions>> = {
  description:
    'Prunes the network before it is trained, and trains what is left; one training for each network.',
  source: 'Lee et al. 2019 (SNIP), arXiv 1810.02340',
  options: atInitOptions,
  create: () => ({
    plan(context) {
      refuseFinetuning('at-init', context);
      const { epochs } = context.training;
      return context.targets.map((target) => [
        { do: 'reset', to: 'initial' },
        { do: 'prune', target },
        { do: 'train', from: 0, to: epochs, of: epochs },
        { do: 'measure', target },
      ]);
    },
  }),
};
