import { EXIT } from '../errors/exit-codes.js';

/** What a run listens to while it lasts. */
export interface StopSignals {
  /** Aborted by the first Ctrl-C or SIGTERM: stop at the next checkpoint. The reason is the signal's name. */
  readonly stop: AbortSignal;
  /** Aborted by the second: stop at once. */
  readonly kill: AbortSignal;
  /**
   * Nothing is left that has to be stopped in order: from now on, any signal ends the process, with its exit code.
   * @param lastWords said before it does
   */
  close(lastWords?: () => void): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** @param onFirst told of the first signal, to say what happens next; a sweep says so itself */
export function listenForSignals(onFirst?: (signal: NodeJS.Signals) => void): StopSignals {
  const stop = new AbortController();
  const kill = new AbortController();
  let closed: (() => void) | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    closed?.();
    if (closed || kill.signal.aborted) process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    if (stop.signal.aborted) return kill.abort(signal);
    stop.abort(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    onFirst?.(signal);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  // Taking Node apart would give the signals back to the system, which ends the process without a code.
  process.once('exit', () => process.exit());
  return {
    stop: stop.signal,
    kill: kill.signal,
    close: (lastWords = () => undefined) => {
      closed = lastWords;
    },
  };
}
