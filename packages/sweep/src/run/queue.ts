import type { PlannedTrial } from '@bbb/core';
import type { Brake } from './brake.js';
import type { Handover } from './handover.js';

/** Trials that wait for a lane, and where more of them come from. */
export interface TrialQueue {
  /** The next trial, on its way to the executor from now on; undefined when there will be none, or the sweep is halted. */
  next(): Promise<PlannedTrial | undefined>;
  /** At the end of the queue once more. */
  again(planned: PlannedTrial): void;
}

interface QueueOptions {
  readonly brake: Brake;
  readonly handovers: Handover;
  /** Asked for more trials when none waits; none means that there will be no more. */
  readonly more: (() => Promise<readonly PlannedTrial[]>) | undefined;
  /** Resolves when everything is known that the next ones may depend on. */
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
  // One lane asks at a time.
  let asking = Promise.resolve();
  return {
    async next() {
      // Others may have taken what was proposed.
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
