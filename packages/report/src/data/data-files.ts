import type { TrialResult } from '@bbb/core';

/** One content of a data file, and the number of results that used it. */
export interface FileContent {
  readonly sha256: string;
  readonly results: number;
}

/** The contents of each data file that the results name: one content, unless the results used different data. */
export function dataFiles(results: readonly TrialResult[]): ReadonlyMap<string, readonly FileContent[]> {
  const files = new Map<string, Map<string, number>>();
  for (const [file, sha256] of results.flatMap(filesOf)) {
    const contents = files.get(file) ?? new Map<string, number>();
    files.set(file, contents.set(sha256, (contents.get(sha256) ?? 0) + 1));
  }
  return new Map(
    [...files].map(([file, contents]) => [
      file,
      [...contents].map(([sha256, count]) => ({ sha256, results: count })),
    ]),
  );
}

/** The data files with several contents: a mean over results of different data has no meaning. */
export function mixedFiles(results: readonly TrialResult[]): (readonly [string, readonly FileContent[]])[] {
  return [...dataFiles(results)].filter(([, contents]) => contents.length > 1);
}

function filesOf({ trial, dataSha256, outOfDistributionSha256 = {} }: TrialResult): [string, string][] {
  const other = Object.entries(outOfDistributionSha256).map(([file, sha256]): [string, string] => [
    `${trial.data.outOfDistribution!.use} ${file}`,
    sha256,
  ]);
  return [...Object.entries(dataSha256), ...other];
}
