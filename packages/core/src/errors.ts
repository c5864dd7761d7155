/**
 * Every failure that a user may cause or meet. `code` is stable: programs branch on it, messages may change.
 * `hint` says what to do or type next. Only the command line prints errors and chooses exit codes.
 */
export class BbbError extends Error {
  override readonly name: string = 'BbbError';
  readonly code: string;
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** Whether the file system has no room left. */
export function isDiskFull(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** A plain-object error that survives a thread or a wire, where classes and codes are lost. */
export interface ErrorRecord {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly hint?: string;
  readonly stack?: string;
}

/** Anything thrown, as a plain object. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { code, hint } = thrown as { code?: unknown; hint?: unknown };
  return {
    name: thrown.name,
    message: thrown.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
  };
}

/** The error again, on the other side. */
export function fromErrorRecord(record: ErrorRecord): BbbError {
  const options = record.hint === undefined ? {} : { hint: record.hint };
  const error = new BbbError(record.code ?? 'E_UNKNOWN', record.message, options);
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}
