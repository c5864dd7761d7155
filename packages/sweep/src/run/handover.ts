/** Trials that are being handed to the executor. An executor's statements about its trials are complete only once all of these have arrived. */
export interface Handover {
  begin(id: string): void;
  /** The executor has the trial, or will not get it. A second call does nothing. */
  end(id: string): void;
  /** Resolves when no trial is being handed over. Only one caller at a time. */
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
