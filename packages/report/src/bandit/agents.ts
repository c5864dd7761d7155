import type { BanditRun } from '@bbb/core';

/** The runs of each agent. Agents are in the order in which they first appear. */
export function agentsOf(
  runs: readonly BanditRun[],
): { readonly agent: string; readonly runs: readonly BanditRun[] }[] {
  const names = [...new Set(runs.map(({ agent }) => agent))];
  return names.map((agent) => ({ agent, runs: runs.filter((run) => run.agent === agent) }));
}
