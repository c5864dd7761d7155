import type { DataPart, Dataset, DatasetSource, TargetSpec } from '@bbb/core';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { emptyPart, sharedBytes, sharedFloats } from '../memory.js';
import { findFile } from './find.js';
import type { RealSet } from './set.js';
import { sklearnSets } from './sklearn.js';
import { statsmodelsSets } from './statsmodels.js';
import { vegaSets } from './vega.js';

const noOptions = z.strictObject({});
type NoOptions = z.output<typeof noOptions>;

/** Real sets in packages of Debian, by name. */
export const realSets: Readonly<Record<string, DatasetSource<NoOptions>>> = Object.fromEntries(
  [...sklearnSets, ...vegaSets, ...statsmodelsSets].map((set) => [set.name, sourceOf(set)]),
);

function sourceOf(set: RealSet): DatasetSource<NoOptions> {
  return {
    description: set.description,
    options: noOptions,
    preset: 'table',
    async load(_options, context): Promise<Dataset> {
      const found = await Promise.all(set.files.map((file) => findFile(set, file, context)));
      const { rows, target, table, notes } = set.read(found.map(({ text }) => text));
      const train = partOf(rows, target, set.bytes ?? false);
      return {
        name: set.name,
        inputShape: set.inputShape ?? [rows[0]!.length - 1],
        target,
        train,
        test: emptyPart(train),
        ...(table ? { table } : {}),
        sha256: Object.fromEntries(set.files.map(({ name, sha256 }) => [basename(name), sha256])),
        source: dirname(found[0]!.path),
        ...(notes ? { notes } : {}),
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
