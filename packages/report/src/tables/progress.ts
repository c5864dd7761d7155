import type { FailedTrial, PlannedTrial, SweepData } from '@bbb/core';
import { left, right, text, type Table } from './table.js';

/**
 * The missing trials of an unfinished sweep: waiting and failed ones, by configuration.
 * @returns undefined when everything is done
 */
export function progressTable(data: SweepData): Table | undefined {
  if (data.missing.length + data.failed.length === 0) return undefined;
  const failures = new Map(data.failed.map((failure) => [failure.id, failure]));
  const missing = new Set(data.missing);
  const done = new Set(data.results.map(({ id }) => id));
  const names = new Map(
    data.plan.map(({ configuration, label, variant }) => [configuration, `${label} ${variant}`.trim()]),
  );
  const rows = [...names].flatMap(([configuration, name]) => {
    const plan = data.plan.filter((planned) => planned.configuration === configuration);
    const waiting = plan.filter(({ id }) => missing.has(id));
    const failed = plan.filter(({ id }) => failures.has(id));
    if (waiting.length + failed.length === 0) return [];
    return [
      [
        text(name),
        text(`${plan.filter(({ id }) => done.has(id)).length} of ${plan.length}`),
        text(waiting.map(({ seed }) => seed).join(', ') || '–'),
        text(failedText(failed, failures)),
      ],
    ];
  });
  return {
    id: 'progress',
    title: `Unfinished: ${data.results.length} of ${data.plan.length} trials are done`,
    columns: [
      left('configuration', 'configuration'),
      right('done', 'done'),
      left('waiting', 'seeds waiting'),
      left('failed', 'seeds failed'),
    ],
    rows,
    notes: [
      'Run the same command again to finish the sweep; failed trials are tried again with --retry-failed.',
    ],
  };
}

/** "0, 2: diverged, The loss is NaN in epoch 1.; 1: timeout, ...": seeds that failed by the same reason stand together. */
function failedText(failed: readonly PlannedTrial[], failures: ReadonlyMap<string, FailedTrial>): string {
  const seeds = new Map<string, number[]>();
  for (const { id, seed } of failed) {
    const { kind, error } = failures.get(id)!;
    const reason = `${kind}, ${error.message}`;
    seeds.set(reason, [...(seeds.get(reason) ?? []), seed]);
  }
  return [...seeds].map(([reason, own]) => `${own.join(', ')}: ${reason}`).join('; ') || '–';
}
