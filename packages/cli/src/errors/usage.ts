/** The user typed something that is impossible. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: string = 'E_USAGE';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
