import { BbbError, type TrialIndex } from '@bbb/core';

type Warn = (code: string, message: string) => void;

/**
 * Opens a store. If that fails, the sweep runs without it, because nothing depends on it.
 * @throws BbbError an error that the store addresses to the user
 */
export async function openStore(
  open: () => TrialIndex | Promise<TrialIndex>,
  warn: Warn,
): Promise<TrialIndex | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof BbbError) throw error;
    warn('W_INDEX', `The sweep runs without its index: ${(error as Error).message}`);
    return undefined;
  }
}
