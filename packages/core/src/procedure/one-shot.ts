import type { Procedure } from './procedure.js';

/** The trained network is pruned to each target at once, and trained on for `finetuneEpochs`. What a trial without a procedure does. */
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
