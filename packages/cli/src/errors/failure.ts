/** What the user reads of a failure, and how the process ends. */
export interface Failure {
  /** Empty when there is nothing to say. */
  readonly message: string;
  readonly hint?: string;
  readonly exitCode: number;
}
