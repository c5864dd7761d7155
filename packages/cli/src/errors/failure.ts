/** What the user reads of a failure, and how the process ends. */
export interface Failure {
  /** Empty when there is nothing to say. */
  readonly message: string;
  readonly hint?: string;
  /** Of an error that `bbb explain` knows. */
  readonly code?: string;
  readonly exitCode: number;
}
