import type { PlannedTrial, SweepData } from '@bbb/core';
import { left, right, text, type Table } from './table.js';

/**
 * Trials that a scheduler ended, by configuration, and how that affects the numbers.
 * @returns undefined when there are none
 */
export function stoppedEarlyTable(data: SweepData): Table | undefined {
  const epochs = new Map((data.stoppedEarly ?? []).map(({ id, epoch }) => [id, epoch]));
  if (epochs.size === 0) return undefined;
  const done = new Set(data.results.map(({ id }) => id));
  const isDone = ({ id }: PlannedTrial): boolean => done.has(id);
  const names = new Set(
    data.plan.flatMap(({ id, configuration }) => (epochs.has(id) ? [configuration] : [])),
  );
  const stopped = [...names].map((name) => data.plan.filter(({ configuration }) => configuration === name));
  const rows = stopped.map((plan) => {
    const own = plan.filter(({ id }) => epochs.has(id));
    const { label, variant, trial } = plan[0]!;
    return [
      text(`${label} ${variant}`.trim()),
      text(`${plan.filter(isDone).length} of ${plan.length}`),
      text(own.map(({ id, seed }) => `${seed} after epoch ${epochs.get(id)}`).join(', ')),
      text(String(trial.training.epochs)),
    ];
  });
  return {
    id: 'stopped-early',
    title: `Stopped early: ${epochs.size} of ${data.plan.length} trials`,
    columns: [
      left('configuration', 'configuration'),
      right('done', 'done'),
      left('stopped', 'seeds stopped'),
      right('epochs', 'epochs planned'),
    ],
    rows,
    notes: [
      `${scheduler(data)} ended these trials because others did better. They were neither pruned nor tested: no mean, figure or comparison counts them.`,
      ...partlyNote(stopped.filter((plan) => plan.some(isDone)).length),
      ...absentNote(data, isDone),
    ],
  };
}

/** How many trials have results: "4 of 18 trials, 14 stopped early". */
export function extent({ results, plan, stoppedEarly = [] }: SweepData): string {
  const stopped = stoppedEarly.length > 0 ? `, ${stoppedEarly.length} stopped early` : '';
  return `${results.length} of ${plan.length} trials${stopped}`;
}

function partlyNote(configurations: number): string[] {
  if (configurations === 0) return [];
  const of = configurations === 1 ? 'One configuration has' : `${configurations} configurations have`;
  return [
    `${of} other seeds that were done: the means are over those alone, which did better, so they are too good.`,
  ];
}

function absentNote({ plan }: SweepData, isDone: (planned: PlannedTrial) => boolean): string[] {
  const shown = new Set(plan.filter(isDone).map(({ label }) => label));
  const absent = [...new Set(plan.map(({ label }) => label))].filter((label) => !shown.has(label));
  return absent.length > 0
    ? [`Of ${absent.join(', ')} no trial is done: no other table or figure has it.`]
    : [];
}

function scheduler({ config }: SweepData): string {
  const { scheduler: used } = (config['search'] ?? {}) as { scheduler?: { use: string } };
  return used ? `The scheduler ${used.use}` : 'A scheduler';
}
