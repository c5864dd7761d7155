import { InvalidArgumentError } from 'commander';
import { count, seed, share } from './number.js';

/** The parts of a comma-separated list, trimmed. An empty part is an error. */
export function words(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('Expected names separated by commas: a,b,c.');
  return parts;
}

const listOf =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    text.split(',').map((part) => parse(part.trim()));

export const shares = listOf(share);
export const seeds = listOf(seed);

/** Widths of hidden layers. `none` means a network without hidden layers. */
export function widths(text: string): number[] {
  if (text.trim() === 'none') return [];
  // Tables and folders write 400-400, so people type it.
  if (/^\d+(-\d+)+$/.test(text.trim())) {
    throw new InvalidArgumentError(`Expected commas: ${text.trim().replaceAll('-', ',')}.`);
  }
  return listOf(count)(text);
}

/** Kinds of weights. */
export function roles(text: string): ('weight' | 'bias')[] {
  return words(text).map((word) => {
    if (word === 'weight' || word === 'bias') return word;
    throw new InvalidArgumentError('Expected weight, bias or weight,bias.');
  });
}

/** Reads a list of these words, each at most once. */
export const someOf =
  <T extends string>(known: readonly T[]) =>
  (value: string): T[] => {
    const chosen = known.filter((word) => words(value).includes(word));
    if (chosen.length === words(value).length) return chosen;
    throw new InvalidArgumentError(`Expected some of ${known.join(', ')}, separated by commas, each once.`);
  };

/** Any text that is not empty. */
export function text(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('Expected a text that is not empty.');
  return value;
}

/** A host name, with or without a port, and without scheme and path. */
export function hostAndPort(value: string): string {
  const given = value.trim();
  if (/^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(given)) return given;
  throw new InvalidArgumentError('Expected host or host:port, as in 10.0.0.1:7070.');
}

/** Collects the values of an option that may be given several times. */
export const collect =
  <T>(parse: (text: string) => T) =>
  (text: string, earlier: readonly T[] | undefined): T[] => [...(earlier ?? []), parse(text)];
