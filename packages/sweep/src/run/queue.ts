import type { PlannedTrial } from '@bbb/core';
import type { Brake } from './brake.js';
import type { Handover } from './handover.js';

/** Trials that wait for a lane, and the source of further ones. */
export interface TrialQueue {
  /** Takes the next trial out, to be handed to the executor. Undefined when no more will come, or the sweep is halted. */
  next(): Promise<PlannedTrial | undefined>;
  /** Puts a trial at the end of the queue again. */
  again(planned: PlannedTrial): void;
}

interface QueueOptions {
  readonly brake: Brake;
  readonly handovers: Handover;
  /** Gives more trials when none waits; an empty list means that there are no more. */
  readonly more: (() => Promise<readonly PlannedTrial[]>) | undefined;
  /** Resolves when everything is stored that the next proposals depend on. */
  ready(this: void): Promise<void>;
}

export function trialQueue(
  waiting: readonly PlannedTrial[],
  { brake, handovers, more, ready }: QueueOptions,
): TrialQueue {
  const queue = [...waiting];
  let exhausted = more === undefined;
  const wanting = (): boolean => !brake.halted && !exhausted && queue.length === 0;

  const refill = async (): Promise<void> => {
    if (!wanting()) return;
    await ready();
    if (!wanting()) return;
    const trials = await more!();
    exhausted = trials.length === 0;
    queue.push(...trials);
  };
  // Only one lane asks for more at a time.
  let asking = Promise.resolve();
  return {
    async next() {
      // Other lanes may have taken all trials of a proposal, so ask again.
      while (wanting()) {
        asking = asking.then(refill).catch(brake.breakDown);
        await asking;
      }
      const planned = brake.halted ? undefined : queue.shift();
      if (planned) handovers.begin(planned.id);
      return planned;
    },
    again: (planned) => void queue.push(planned),
  };
}
