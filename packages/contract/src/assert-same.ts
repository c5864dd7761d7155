import assert, { AssertionError } from 'node:assert/strict';

/**
 * Compares as `assert.deepEqual` does. The message begins with a sentence, and then shows both values.
 * @param rule what a plugin must do, as a sentence
 * @throws AssertionError whose message has the rule and the difference
 */
export function assertSame(actual: unknown, expected: unknown, rule: string): void {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    const message = `${rule}\n${error.message}`;
    // With the operator of `deepEqual`, some versions of Node append the difference once more.
    throw new AssertionError({
      message,
      actual,
      expected,
      operator: 'assertSame',
      stackStartFn: assertSame,
    });
  }
}
