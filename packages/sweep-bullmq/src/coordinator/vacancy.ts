/** Finds out when hosts have taken every queued trial. The sweep then adds one more, so that no host has to wait. */
export interface Vacancy {
  wait(): Promise<void>;
  /** Called when a trial has started or ended. */
  look(): void;
}

export function vacancyOf(trials: ReadonlyMap<string, { readonly started: boolean }>): Vacancy {
  let waiting: (() => void)[] = [];
  return {
    wait() {
      return new Promise((resolve) => {
        waiting.push(resolve);
        this.look();
      });
    },
    look() {
      if ([...trials.values()].some(({ started }) => !started)) return;
      const ready = waiting;
      waiting = [];
      for (const resolve of ready) resolve();
    },
  };
}
