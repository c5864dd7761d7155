import {
  BbbError,
  cutText,
  inWords,
  missingFunctions,
  parseOptions,
  type Registry,
  type Reporter,
  type ReporterContext,
  type SweepEvent,
  type Use,
} from '@bbb/core';

/** All listeners of a sweep: the caller's `onEvent` and the reporters. */
export interface Reporting {
  /** @throws what `onEvent` of the caller throws */
  emit(this: void, event: SweepEvent): void;
  /** Like `emit`, for callers that can't handle an error: it is ignored, and thrown again at the next event. */
  mention(this: void, event: SweepEvent): void;
  close(): Promise<void>;
}

/** Cuts the text of a warning, which may come from a plugin or a host. Errors are cut elsewhere. */
function cutWarning(event: SweepEvent): SweepEvent {
  return event.type === 'warning' ? { ...event, message: cutText(event.message) } : event;
}

interface Listener {
  readonly name: string;
  readonly reporter: Reporter;
}

/**
 * Starts reporters. A reporter that fails later gets no more events, and the others are warned. An error of `onEvent` goes to the
 * caller.
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`, `E_REPORTER`, and what reporters throw when they are made
 */
export async function startReporting(
  uses: readonly Use[],
  registry: Registry,
  context: ReporterContext,
  onEvent: ((event: SweepEvent) => void) | undefined,
): Promise<Reporting> {
  const listeners = new Set<Listener>();
  const emit = (event: SweepEvent): void => {
    const cut = cutWarning(event);
    for (const listener of listeners) send(listener, cut);
    onEvent?.(cut);
  };
  const send = (listener: Listener, event: SweepEvent): void => {
    try {
      const returned: unknown = listener.reporter.onEvent(event);
      if (returned instanceof Promise) returned.catch((error: unknown) => drop(listener, error));
    } catch (error) {
      drop(listener, error);
    }
  };
  const mention = (event: SweepEvent): void => {
    try {
      emit(event);
    } catch {
      // The error is thrown again at the next event.
    }
  };
  const complain = ({ name }: Listener, error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The reporter "${name}" failed and gets no further events: ${reason}`;
    mention({ type: 'warning', code: 'W_REPORTER', message });
  };
  const end = async ({ reporter }: Listener): Promise<void> => reporter.close?.();
  const drop = (listener: Listener, error: unknown): void => {
    if (!listeners.delete(listener)) return;
    // A reporter may have drawn something or hold a file open, so it is closed as well.
    end(listener).catch(() => undefined);
    complain(listener, error);
  };
  const close = async (): Promise<void> => {
    for (const listener of listeners) {
      listeners.delete(listener);
      await end(listener).catch((error: unknown) => complain(listener, error));
    }
  };
  try {
    for (const use of uses)
      listeners.add({ name: use.use, reporter: await openReporter(use, registry, context) });
  } catch (error) {
    await close();
    throw error;
  }
  return { emit, mention, close };
}

/** Makes a reporter, and checks that it can get events. */
async function openReporter(
  { use, options }: Use,
  registry: Registry,
  context: ReporterContext,
): Promise<Reporter> {
  const definition = registry.get('reporters', use);
  const reporter = await definition.create(parseOptions(use, definition.options, options), context);
  if (missingFunctions(reporter, ['onEvent']).length > 0) {
    throw new BbbError(
      'E_REPORTER',
      `create() of the reporter "${use}" returned ${inWords(reporter)}, which has no onEvent().`,
      {
        hint: 'Let create() return { onEvent(event), close() }, or a promise of it.',
      },
    );
  }
  return reporter;
}
