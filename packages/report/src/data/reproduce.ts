import type { SweepData } from '@bbb/core';
import { dataFiles, mixedFiles, type FileContent } from './data-files.js';

/** Everything that is needed to get the same numbers again. */
export interface Reproduction {
  /** The command that was typed, if it is known. */
  readonly command: string | undefined;
  /** The sweep's configuration; `bbb sweep --config FILE` takes it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly seeds: readonly number[];
  readonly versions: readonly string[];
  readonly hardware: readonly string[];
  /** `strict` gives the same bytes on every machine; `relaxed` does not. */
  readonly numerics: readonly string[];
  /** SHA-256 by data file that all results agree on; those of an out-of-distribution set come after its name. */
  readonly data: Readonly<Record<string, string>>;
  /** Data files whose content differs between results. Absent if there are none. */
  readonly mixedData?: Readonly<Record<string, readonly FileContent[]>>;
  readonly trials: readonly {
    readonly id: string;
    readonly label: string;
    readonly variant: string;
    readonly seed: number;
    readonly checkpointSha256?: string;
  }[];
}

/**
 * Collects everything that is needed to get the same results again.
 * @param data a sweep, as `readSweep` gives it
 * @param command the command that was typed. Default: none
 */
export function reproduction(data: SweepData, command?: string): Reproduction {
  const environments = data.results.map(({ environment }) => environment);
  const results = new Map(data.results.map((result) => [result.id, result]));
  const mixed = mixedFiles(data.results);
  const distinct = (values: readonly string[]): string[] =>
    [...new Set(values)].toSorted((a, b) => a.localeCompare(b, 'en'));
  return {
    command,
    config: data.config,
    seeds: [...new Set(data.plan.map(({ seed }) => seed))].toSorted((a, b) => a - b),
    versions: distinct(environments.map(({ bbb, node }) => `bbb ${bbb}, Node ${node}`)),
    hardware: distinct(environments.map(({ cpu, platform }) => `${cpu} (${platform})`)),
    numerics: distinct(data.plan.map(({ trial }) => trial.numerics)),
    data: Object.fromEntries(
      [...dataFiles(data.results)].flatMap(([file, contents]) =>
        contents.length === 1 ? [[file, contents[0]!.sha256]] : [],
      ),
    ),
    ...(mixed.length > 0 ? { mixedData: Object.fromEntries(mixed) } : {}),
    trials: data.plan.map(({ id, label, variant, seed }) => {
      const sha256 = results.get(id)?.checkpointSha256;
      return { id, label, variant, seed, ...(sha256 ? { checkpointSha256: sha256 } : {}) };
    }),
  };
}

/** The files whose content differs between results, with a line for each content: the file, its SHA-256, "2 of 3 results". */
export function mixedContents({ mixedData = {} }: Reproduction): [string, string, string][] {
  return Object.entries(mixedData).flatMap(([file, contents]) => {
    const all = contents.reduce((sum, { results }) => sum + results, 0);
    return contents.map(({ sha256, results }): [string, string, string] => [
      file,
      sha256,
      `${results} of ${all} results`,
    ]);
  });
}
