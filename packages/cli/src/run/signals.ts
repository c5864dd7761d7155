import { isatty } from 'node:tty';
import { EXIT } from '../errors/exit-codes.js';

/** The signals that a run obeys while it lasts. */
export interface StopSignals {
  /** Aborted by the first Ctrl-C or SIGTERM: the run stops at the next checkpoint. The reason is the signal's name. */
  readonly stop: AbortSignal;
  /** Aborted by the second signal: the run stops at once. */
  readonly kill: AbortSignal;
  /**
   * Call it when no work has to be stopped in order any more: any signal then ends the process at once, with its exit code.
   * @param lastWords called before the process ends
   */
  close(lastWords?: () => void): void;
}

/** A process under `nohup` or the like has no terminal, so it ignores a closed one. Node resets what nohup sets. */
const onTerminal = (): boolean => [0, 1, 2].some((descriptor) => isatty(descriptor));

/** @param onFirst called with the first signal, to print what happens next. A sweep prints that itself */
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
  // Exit within the handler: while Node shuts down, it gives the signals back to the system, which would end the process without a code.
  process.once('exit', () => process.exit());
  return {
    stop: stop.signal,
    kill: kill.signal,
    close: (lastWords = () => undefined) => {
      closed = lastWords;
    },
  };
}
