import { isatty } from 'node:tty';
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

/** `nohup` and the like: a terminal that is closed has nothing to do with it. Node undoes what nohup sets. */
const onTerminal = (): boolean => [0, 1, 2].some((descriptor) => isatty(descriptor));

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
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  process.on('SIGHUP', onTerminal() ? listener : () => undefined);
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
