/** One thing that every plugin of a kind promises. Runs under any test framework: `it(check.name, check.run)`. */
export interface AsyncCheck {
  readonly name: string;
  readonly run: () => Promise<void>;
}
