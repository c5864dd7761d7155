import { util } from '@tensorflow/tfjs-core';

/*
 * tfjs passes a kernel's attributes to its gradient as the caller wrote them: a number instead of a list, or nothing at all. The functions
 * here read the same values from all forms.
 */

/** A number, a list of numbers, or nothing. */
export type NumberOrList = number | number[] | undefined;

/** @throws Error for a value that no op of tfjs passes, because to ignore it could give a wrong gradient */
export function numberOrList(attr: unknown): NumberOrList {
  if (attr === undefined || attr === null) return undefined;
  if (typeof attr === 'number' || isNumbers(attr)) return attr;
  throw unknownForm(attr);
}

/** Reads an attribute that tfjs always passes as a list of numbers. */
export function numbersOf(attr: unknown): number[] {
  if (isNumbers(attr)) return attr;
  throw unknownForm(attr);
}

/** The axes, from 0, of an attribute that may be a number, several, negative, or missing, which means all. */
export function axesOf(attr: unknown, shape: number[]): number[] {
  const axes = numberOrList(attr);
  return axes === undefined ? shape.map((_, i) => i) : util.parseAxisParam(axes, shape);
}

/** One axis, from 0. If it is missing, it is the first one. */
export function axisOf(attr: unknown, shape: number[]): number {
  const [axis = 0] = axesOf(attr ?? 0, shape);
  return axis;
}

/** The padding before and after each axis. */
export function pairsOf(attr: unknown): [number, number][] {
  if (!Array.isArray(attr)) throw unknownForm(attr);
  return attr.map((pair): [number, number] => {
    const [before, after] = numbersOf(pair);
    if (before === undefined || after === undefined) throw unknownForm(attr);
    return [before, after];
  });
}

function isNumbers(attr: unknown): attr is number[] {
  return Array.isArray(attr) && attr.every((each) => typeof each === 'number');
}

function unknownForm(attr: unknown): Error {
  return new Error(
    `A gradient got the attribute ${JSON.stringify(attr)}. Expected a number, a list of numbers or a list of pairs.`,
  );
}
