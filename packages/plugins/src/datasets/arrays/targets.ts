import { BbbError, type Targets, type TargetSpec } from '@bbb/core';
import { sharedBytes, sharedFloats } from '../memory.js';
import { numberAt } from './features.js';

/** The most classes that a set may have, because a class is stored in a byte. */
export const MOST_CLASSES = 256;

/** What the caller says about the targets. Everything else is found out. */
export type TargetChoice =
  | { readonly kind: 'class'; readonly classes?: number; readonly names?: readonly string[] }
  | { readonly kind: 'real'; readonly name?: string; readonly unit?: string };

/** Names are classes, and so are whole numbers from 0 without gaps. All other targets are real numbers. */
export function findTarget(y: ArrayLike<unknown>, choice?: TargetChoice): TargetSpec {
  const values = Array.from(y);
  if (choice?.kind === 'real') return choice;
  const texts = values.filter((value) => typeof value === 'string');
  if (choice === undefined && texts.length === 0 && !countsUp(values, y)) return { kind: 'real' };
  const names = choice?.names ?? (texts.length > 0 ? [...new Set(texts)].sort() : undefined);
  const classes = choice?.classes ?? names?.length ?? largest(values) + 1;
  if (!Number.isInteger(classes) || classes > MOST_CLASSES) {
    throw misfit(
      `There are ${classes} classes; ${MOST_CLASSES} are the most.`,
      "For numbers give target: { kind: 'real' }.",
    );
  }
  return { kind: 'class', classes, ...(names ? { names } : {}) };
}

function countsUp(values: readonly unknown[], y: ArrayLike<unknown>): boolean {
  if (y instanceof Float32Array || y instanceof Float64Array) return false;
  const distinct = new Set(values);
  return (
    distinct.size <= MOST_CLASSES &&
    [...distinct].every(
      (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < distinct.size,
    )
  );
}

function largest(values: readonly unknown[]): number {
  return values.reduce<number>((most, value) => Math.max(most, Number(value)), 0);
}

/**
 * Copies targets into shared memory.
 * @throws BbbError `E_DATA_VALUE` for a value that is not a finite number, `E_DATA_TARGET` for a value that is not a class
 */
export function readTargets(where: string, y: ArrayLike<unknown>, target: TargetSpec): Targets {
  if (target.kind === 'real') {
    return fillWith(sharedFloats(y.length), (i) => numberAt(where, y[i], i, []));
  }
  const byName = new Map(target.names?.map((name, index) => [name, index]));
  return fillWith(sharedBytes(y.length), (i) => {
    const value = y[i];
    const index = typeof value === 'string' ? byName.get(value) : value;
    if (Number.isInteger(index) && (index as number) >= 0 && (index as number) < target.classes)
      return index as number;
    throw misfit(
      `${where}: row ${i} is ${JSON.stringify(value) ?? String(value)}, none of the ${target.classes} classes (${target.names?.slice(0, 10).join(', ') ?? `0 to ${target.classes - 1}`}).`,
      "A class is a whole number from 0, or one of target.names; for numbers give target: { kind: 'real' }.",
    );
  });
}

function fillWith<T extends Targets>(out: T, value: (i: number) => number): T {
  for (let i = 0; i < out.length; i++) out[i] = value(i);
  return out;
}

function misfit(message: string, hint: string): BbbError {
  return new BbbError('E_DATA_TARGET', message, { hint });
}
