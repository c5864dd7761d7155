import { BbbError } from '@bbb/core';

/** Deeper than any real configuration, and shallow enough for recursive functions. */
const DEPTH = 100;

/**
 * Refuses values that JSON can't hold. A configuration is stored, hashed into trial ids and sent to other machines as JSON, where NaN
 * would become null and a function would vanish. Members that are undefined count as left out.
 * @throws BbbError `E_SWEEP_CONFIG` naming the first member that is not plain
 */
export function checkPlain(input: unknown, origin: string): void {
  const found = findOdd(input, DEPTH);
  if (!found) return;
  const path = found.path.toReversed().join('.');
  throw new BbbError(
    'E_SWEEP_CONFIG',
    `${origin} does not fit: ${path === '' ? 'it' : `"${path}"`} ${found.problem}.`,
    {
      hint: 'A configuration is plain JSON: text, finite numbers, true, false, null, lists and objects of these.',
    },
  );
}

interface Odd {
  readonly problem: string;
  /** Names of members that lead to the value, the innermost first. */
  readonly path: string[];
}

function findOdd(value: unknown, depth: number): Odd | undefined {
  const problem = (text: string): Odd => ({ problem: text, path: [] });
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : problem(`is ${value}`);
    case 'object': {
      if (value === null) return undefined;
      // A plain object has no class of its own. Objects of another realm (a vm context) are plain too.
      const prototype = Object.getPrototypeOf(value) as object | null;
      const plain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
      if (!plain) return problem(`is a ${value.constructor.name || 'object of a class'}`);
      if (depth === 0) return problem(`is nested more than ${DEPTH} levels deep, or contains itself`);
      for (const [key, member] of Object.entries(value)) {
        if (key === '__proto__') return { problem: 'is not allowed as the name of a member', path: [key] };
        if (member === undefined && !Array.isArray(value)) continue;
        const odd = findOdd(member, depth - 1);
        if (!odd) continue;
        odd.path.push(key);
        return odd;
      }
      return undefined;
    }
    default:
      return problem(`is ${value === undefined ? 'undefined' : `a ${typeof value}`}`);
  }
}
