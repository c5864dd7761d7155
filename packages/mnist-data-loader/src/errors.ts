/** Stable codes of {@link DataError}: programs branch on these, messages may change. */
export type DataErrorCode =
  | 'E_DATA_IDX_MAGIC'
  | 'E_DATA_IDX_TYPE'
  | 'E_DATA_IDX_LENGTH'
  | 'E_DATA_IDX_SIZE'
  | 'E_DATA_GZIP'
  | 'E_DATA_NPY'
  | 'E_DATA_NPZ'
  | 'E_DATA_SHAPE'
  | 'E_DATA_COUNT'
  | 'E_DATA_LABEL'
  | 'E_DATA_PIXEL'
  | 'E_DATA_HASH'
  | 'E_DATA_MISLABELLED'
  | 'E_DATA_MISSING'
  | 'E_DATA_AMBIGUOUS'
  | 'E_DATA_UNREADABLE'
  | 'E_DATA_DOWNLOAD'
  | 'E_DATA_CACHE'
  | 'E_DATA_UNKNOWN';

/** Every failure of this package. `hint` says what to do or type next. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly code: DataErrorCode;
  readonly hint: string | undefined;

  constructor(
    code: DataErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** The code of a file system error (`ENOENT`, `EACCES`, ...), if it has one. */
export function systemCode(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
