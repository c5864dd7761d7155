/** The text about a failure for the user, and the exit code. */
export interface Failure {
  /** Empty when there is nothing to print. */
  readonly message: string;
  readonly hint?: string;
  /** The error's code, if `bbb explain` knows it. */
  readonly code?: string;
  readonly exitCode: number;
}
