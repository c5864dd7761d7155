import { BbbError } from '@bbb/core';

/**
 * Checks that a value survives JSON: numbers that are not finite would become null, functions and symbols would vanish.
 *
 * @param what named in the message
 * @throws BbbError `E_DIVERGED` for a number that is not finite, `E_RESULT_SHAPE` for what JSON can't hold
 */
export function checkJson(what: string, value: unknown, path = ''): void {
  switch (typeof value) {
    case 'number':
      if (Number.isFinite(value)) return;
      throw new BbbError('E_DIVERGED', `${what}: "${path}" is ${value}.`, {
        hint: 'A smaller learning rate usually helps: --lr.',
      });
    case 'object':
      if (value === null) return;
      if (ArrayBuffer.isView(value)) break;
      for (const [key, member] of Object.entries(value)) {
        checkJson(what, member, path === '' ? key : `${path}.${key}`);
      }
      return;
    case 'string':
    case 'boolean':
    case 'undefined':
      return;
    default:
      break;
  }
  const got = ArrayBuffer.isView(value) ? `a ${value.constructor.name}` : `a ${typeof value}`;
  throw new BbbError('E_RESULT_SHAPE', `${what}: "${path}" is ${got}, which a file can't hold.`, {
    hint: 'Methods and pruners must report plain numbers.',
  });
}
