import type { Shape, TableSpec, TargetSpec } from '@bbb/core';

/** A package of Debian and Ubuntu, and where it installs its data. */
export interface PublishedPackage {
  readonly name: string;
  readonly dir: string;
  /** Another way to get the same files: a command, and the folder that it puts them into. */
  readonly other?: { readonly command: string; readonly dir: string };
}

export interface PublishedFile {
  /** Path of the file below the folder of the package. */
  readonly name: string;
  /** SHA-256 of the uncompressed file. */
  readonly sha256: string;
}

/** The content of the files of a set. */
interface ReadSet {
  /** Rows of numbers, the target last. */
  readonly rows: readonly (readonly number[])[];
  readonly target: TargetSpec;
  /** The names of the columns. */
  readonly table?: TableSpec;
  readonly notes?: readonly string[];
}

/** A small published set. */
export interface RealSet {
  readonly name: string;
  readonly description: string;
  readonly from: PublishedPackage;
  readonly files: readonly PublishedFile[];
  /** Shape of one example. Default: one number for each column. */
  readonly inputShape?: Shape;
  /** Whether features are bytes. */
  readonly bytes?: boolean;
  read(texts: readonly string[]): ReadSet;
}

export function lines(text: string, delimiter: string): string[][] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(delimiter));
}

export const numbers = (fields: readonly string[]): number[] => fields.map(Number);
