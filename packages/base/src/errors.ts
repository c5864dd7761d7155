/** Most characters of a message or a hint, and of a stack. An error of a plugin or a host may have megabytes of them. */
const MOST_TEXT = 4_000;
const MOST_STACK = 8_000;
const MOST_NAME = 200;

/** Number of characters for the note that says how much is left out. */
const REST = 40;

/**
 * Cuts a text that is longer than `most` characters, and says how much is left out. The result has at most `most` characters.
 * @param text any text
 * @param most most characters of the result. Default: 4000
 */
export function cutText(text: string, most: number = MOST_TEXT): string {
  if (text.length <= most) return text;
  // Do not cut a character of two UTF-16 units in half.
  const head = text.slice(0, Math.max(0, most - REST)).replace(/[\uD800-\uDBFF]$/, '');
  return `${head}... (${text.length - head.length} more characters)`;
}

/**
 * A message without its full stop, for use within another sentence.
 * @param message a sentence, with or without its full stop
 */
export function clause(message: string): string {
  return message.replace(/\.$/, '');
}

/**
 * Every failure that a user can cause or see. `code` is stable: programs branch on it, messages may change.
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
    super(cutText(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint === undefined ? undefined : cutText(options.hint);
  }
}

/**
 * Whether the file system has no room left.
 * @param error anything that was caught
 */
export function isDiskFull(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** An error as a plain object, for threads and networks: a class and its members would be lost there. */
export interface ErrorRecord {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly hint?: string;
  readonly stack?: string;
}

/**
 * The same record, with its texts cut to a length that fits into a log, an event or a terminal.
 * @param record an error as plain data
 */
export function cutErrorRecord({ name, code, message, hint, stack }: ErrorRecord): ErrorRecord {
  return {
    name: cutText(name, MOST_NAME),
    message: cutText(message),
    ...(code === undefined ? {} : { code: cutText(code, MOST_NAME) }),
    ...(hint === undefined ? {} : { hint: cutText(hint) }),
    ...(stack === undefined ? {} : { stack: cutText(stack, MOST_STACK) }),
  };
}

/**
 * Anything thrown, as a plain object, cut to a few kilobytes.
 * @param thrown anything that was caught
 */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof Error)) return { name: 'Error', message: cutText(textOf(thrown)) };
  // A plugin can throw an object whose members are not texts.
  const { name, message, code, hint } = thrown as unknown as Readonly<Record<string, unknown>>;
  return cutErrorRecord({
    name: textOf(name),
    message: textOf(message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(typeof thrown.stack === 'string' ? { stack: thrown.stack } : {}),
  });
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    // The value can't become a text, e.g. an object without a prototype.
    return 'something without words';
  }
}

/**
 * Makes an error from a record.
 * @param record an error that came as plain data, from another thread or machine
 */
export function fromErrorRecord(record: ErrorRecord): BbbError {
  const options = record.hint === undefined ? {} : { hint: record.hint };
  const error = new BbbError(record.code ?? 'E_UNKNOWN', record.message, options);
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}
