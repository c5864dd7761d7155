import type { Procedure } from './procedure.js';

/** Prunes the trained network to each target in one step, and then trains it for `finetuneEpochs`. A trial without a procedure does this. */
export const oneShotProcedure: Procedure = {
  plan: ({ targets, finetuneEpochs }) =>
    targets.map((target) => [
      { do: 'reset', to: 'trained' },
      { do: 'prune', target },
      ...(finetuneEpochs > 0
        ? [{ do: 'train', from: 0, to: finetuneEpochs, of: finetuneEpochs, stream: '' } as const]
        : []),
      { do: 'measure', target },
    ]),
};
