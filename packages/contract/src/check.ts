/** One thing that every plugin of a kind promises. Runs under any test runner: `it(check.name, check.run)`. */
export interface Check {
  readonly name: string;
  /** @throws AssertionError of `node:assert`, which says what was got and what was expected */
  readonly run: () => void;
}

/** A check that is asynchronous. */
export interface AsyncCheck {
  readonly name: string;
  /** @throws AssertionError, as {@link Check} */
  readonly run: () => Promise<void>;
}
