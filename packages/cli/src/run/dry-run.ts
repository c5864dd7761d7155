import type { Plan } from '@bbb/sweep';
import { print, printJson } from '../io/output.js';
import { nameOf } from '../progress/lines.js';

/** What would be run. */
export async function printPlan(plan: Plan, dir: string, json: boolean): Promise<number> {
  if (json) await printJson({ dir, config: plan.config, trials: plan.trials });
  else await print(planText(plan, dir));
  return 0;
}

export function planText({ trials, config }: Plan, dir: string): string {
  const rows = trials.map((planned) => {
    const { hidden, training } = planned.trial;
    return [
      planned.id,
      nameOf(planned),
      `seed ${planned.seed}`,
      `hidden ${hidden.join('-') || 'none'}`,
      `${training.epochs} epochs`,
      `${training.optimizer.kind} ${training.optimizer.learningRate}`,
    ];
  });
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return [
    `${trials.length} trials on ${config.dataset.use}, results would be in ${dir}`,
    ...rows.map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    ),
  ].join('\n');
}
