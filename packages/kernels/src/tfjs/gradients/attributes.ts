import { util } from '@tensorflow/tfjs-core';

/*
 * tfjs hands a kernel's attributes to its gradient as the caller wrote them: a number where there may be a list, or nothing at all.
 * What is read from them must not depend on the form.
 */

/** A number, a list of numbers, or what is left out. */
export type NumberOrList = number | number[] | undefined;

/** @throws Error for what no op of tfjs passes: silence would be a wrong gradient */
export function numberOrList(attr: unknown): NumberOrList {
  if (attr === undefined || attr === null) return undefined;
  if (typeof attr === 'number' || isNumbers(attr)) return attr;
  throw unknownForm(attr);
}

/** A list of numbers, where tfjs passes nothing else. */
export function numbersOf(attr: unknown): number[] {
  if (isNumbers(attr)) return attr;
  throw unknownForm(attr);
}

/** The axes, from 0, of an attribute that may be a number, several, negative, or missing, which means all. */
export function axesOf(attr: unknown, shape: number[]): number[] {
  const axes = numberOrList(attr);
  return axes === undefined ? shape.map((_, i) => i) : util.parseAxisParam(axes, shape);
}

/** One axis, from 0; missing, it is the first. */
export function axisOf(attr: unknown, shape: number[]): number {
  const [axis = 0] = axesOf(attr ?? 0, shape);
  return axis;
}

/** What is put before and after each axis. */
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
    `A gradient got the attribute ${JSON.stringify(attr)}, in a form that no op of tfjs passes.`,
  );
}
