import { BbbError } from '@bbb/core';

/**
 * Checks that a value survives JSON: numbers that are not finite would become null, functions and symbols would vanish.
 *
 * @param what named in the message
 * @throws BbbError `E_DIVERGED` for a number that is not finite, `E_RESULT_SHAPE` for what JSON can't hold
 */
export function checkJson(what: string, value: unknown): void {
  const found = findLost(value);
  if (!found) return;
  const path = found.path.toReversed().join('.');
  const { value: lost } = found;
  if (typeof lost === 'number') {
    throw new BbbError('E_DIVERGED', `${what}: "${path}" is ${lost}.`, {
      hint: /(^|\.)kl$/.test(path)
        ? 'Choose a wider prior, or a smaller learning rate: --lr.'
        : 'Choose a smaller learning rate: --lr.',
    });
  }
  const got = ArrayBuffer.isView(lost) ? `a ${lost.constructor.name}` : `a ${typeof lost}`;
  throw new BbbError('E_RESULT_SHAPE', `${what}: "${path}" is ${got}, which a file can't hold.`, {
    hint: 'Methods and pruners must return finite numbers.',
  });
}

/** A value that JSON would lose, and its path, innermost member first. */
interface Lost {
  readonly value: unknown;
  readonly path: string[];
}

function findLost(value: unknown): Lost | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : { value, path: [] };
    case 'string':
    case 'boolean':
    case 'undefined':
      return undefined;
    case 'object': {
      if (value === null) return undefined;
      if (ArrayBuffer.isView(value)) return { value, path: [] };
      for (const key of Object.keys(value)) {
        const found = findLost((value as Readonly<Record<string, unknown>>)[key]);
        if (found) {
          found.path.push(key);
          return found;
        }
      }
      return undefined;
    }
    default:
      return { value, path: [] };
  }
}
