/** Something was typed that can't be done. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: string = 'E_USAGE';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
