import type { SweepData, TrialResult } from '@bbb/core';

/** All that is needed to get the same numbers again. */
export interface Reproduction {
  /** What was typed, if it is known. */
  readonly command: string | undefined;
  /** The sweep's configuration; `bbb sweep --config FILE` takes it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly seeds: readonly number[];
  readonly versions: readonly string[];
  readonly hardware: readonly string[];
  /** `strict`: the same bytes everywhere; `relaxed`: not. */
  readonly numerics: readonly string[];
  /** SHA-256 by data file; those of an out-of-distribution set come after its name. */
  readonly data: Readonly<Record<string, string>>;
  readonly trials: readonly {
    readonly id: string;
    readonly label: string;
    readonly variant: string;
    readonly seed: number;
    readonly checkpointSha256?: string;
  }[];
}

export function reproduction(data: SweepData, command?: string): Reproduction {
  const environments = data.results.map(({ environment }) => environment);
  const results = new Map(data.results.map((result) => [result.id, result]));
  const distinct = (values: readonly string[]): string[] =>
    [...new Set(values)].toSorted((a, b) => a.localeCompare(b, 'en'));
  return {
    command,
    config: data.config,
    seeds: [...new Set(data.plan.map(({ seed }) => seed))].toSorted((a, b) => a - b),
    versions: distinct(environments.map(({ bbb, node }) => `bbb ${bbb}, Node ${node}`)),
    hardware: distinct(environments.map(({ cpu, platform }) => `${cpu} (${platform})`)),
    numerics: distinct(data.plan.map(({ trial }) => trial.numerics)),
    data: Object.assign({}, ...data.results.map(filesOf)) as Record<string, string>,
    trials: data.plan.map(({ id, label, variant, seed }) => {
      const sha256 = results.get(id)?.checkpointSha256;
      return { id, label, variant, seed, ...(sha256 ? { checkpointSha256: sha256 } : {}) };
    }),
  };
}

function filesOf({ trial, dataSha256, outOfDistributionSha256 = {} }: TrialResult): Record<string, string> {
  const other = Object.entries(outOfDistributionSha256).map(([file, sha256]) => [
    `${trial.data.outOfDistribution!.use} ${file}`,
    sha256,
  ]);
  return { ...dataSha256, ...Object.fromEntries(other) };
}
