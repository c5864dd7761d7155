import type { SweepData } from '@bbb/core';
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
        text(
          failed
            .map(({ id, seed }) => `${seed}: ${failures.get(id)!.kind}, ${failures.get(id)!.error.message}`)
            .join('; ') || '–',
        ),
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
