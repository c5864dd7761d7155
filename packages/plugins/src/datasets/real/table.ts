import { type DataPart, type Dataset, type DatasetSource, type Shape, type TargetSpec } from '@bbb/core';
import { dirname } from 'node:path';
import { z } from 'zod';
import { emptyPart, sharedBytes, sharedFloats } from '../memory.js';
import { findFile, type PublishedFile } from './find.js';
import { REAL_SETS } from './sets.js';

/** A small published set. */
export interface RealSet {
  readonly name: string;
  readonly description: string;
  readonly files: readonly PublishedFile[];
  /** Of one example. Default: as many numbers as columns. */
  readonly inputShape?: Shape;
  /** Whether features are bytes. */
  readonly bytes?: boolean;
  /** Rows of numbers, the target last, of the texts of the files. */
  read(texts: readonly string[]): {
    readonly rows: readonly (readonly number[])[];
    readonly target: TargetSpec;
  };
}

const noOptions = z.strictObject({});
type NoOptions = z.output<typeof noOptions>;

/** Small real sets that Debian's scikit-learn carries, by name. */
export const realSets: Readonly<Record<string, DatasetSource<NoOptions>>> = Object.fromEntries(
  REAL_SETS.map((set) => [set.name, sourceOf(set)]),
);

function sourceOf(set: RealSet): DatasetSource<NoOptions> {
  return {
    description: set.description,
    options: noOptions,
    async load(_options, context): Promise<Dataset> {
      const found = await Promise.all(set.files.map((file) => findFile(set.name, file, context)));
      const { rows, target } = set.read(found.map(({ text }) => text));
      const train = partOf(rows, target, set.bytes ?? false);
      return {
        name: set.name,
        inputShape: set.inputShape ?? [rows[0]!.length - 1],
        target,
        train,
        test: emptyPart(train),
        sha256: Object.fromEntries(set.files.map(({ name, sha256 }) => [name, sha256])),
        source: dirname(found[0]!.path),
      };
    },
  };
}

function partOf(rows: readonly (readonly number[])[], target: TargetSpec, bytes: boolean): DataPart {
  const width = rows[0]!.length - 1;
  const features = (bytes ? sharedBytes : sharedFloats)(rows.length * width);
  const targets = (target.kind === 'class' ? sharedBytes : sharedFloats)(rows.length);
  rows.forEach((row, r) => {
    features.set(row.slice(0, width), r * width);
    targets[r] = row[width]!;
  });
  return { features, targets, count: rows.length };
}
