/** Trials on their way to the executor. What an executor says about its trials is complete only once all of these have arrived. */
export interface Handover {
  begin(id: string): void;
  /** The trial has arrived, or won't. A second call does nothing. */
  end(id: string): void;
  /** Resolves when none is on its way. Only one caller at a time. */
  all(): Promise<void>;
}

export function handover(): Handover {
  const underWay = new Set<string>();
  let wake: (() => void) | undefined;
  return {
    begin: (id) => void underWay.add(id),
    end(id) {
      underWay.delete(id);
      if (underWay.size === 0) wake?.();
    },
    async all() {
      if (underWay.size > 0) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}
