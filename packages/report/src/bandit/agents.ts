import type { BanditRun } from '@bbb/core';

/** The runs of each agent, in the order in which agents come first. */
export function agentsOf(
  runs: readonly BanditRun[],
): { readonly agent: string; readonly runs: readonly BanditRun[] }[] {
  const names = [...new Set(runs.map(({ agent }) => agent))];
  return names.map((agent) => ({ agent, runs: runs.filter((run) => run.agent === agent) }));
}
