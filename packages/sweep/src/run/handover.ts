/** Trials on their way to the executor: what it says about its trials holds once they are there. */
export interface Handover {
  begin(id: string): void;
  /** It is there, or won't come. Again: nothing. */
  end(id: string): void;
  /** Resolves when none is on its way. Asked by one at a time. */
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
