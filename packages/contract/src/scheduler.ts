import assert from 'node:assert/strict';
import {
  fold,
  parseOptions,
  rootKey,
  unitUniform,
  type Report,
  type Scheduler,
  type SchedulerDefinition,
} from '@bbb/core';
import { assertSame } from './assert-same.js';
import type { Check } from './check.js';
import { deepFreeze } from './freeze.js';

const TRIALS = 12;
const EPOCHS = 9;

/** The reports of some trials in mixed order. The loss of some trials rises, and some have the same loss as others. */
function race(): Report[] {
  const key = rootKey(6);
  const loss = (trial: number, epoch: number): number =>
    Math.round(20 * (trial / TRIALS + 1 / epoch + 0.2 * unitUniform(fold(key, trial, epoch)))) / 20;
  const reports = Array.from({ length: TRIALS * EPOCHS }, (_, i) => {
    const [trial, epoch] = [i % TRIALS, Math.floor(i / TRIALS) + 1];
    const time = epoch * (0.5 + unitUniform(fold(key, 'speed', trial)));
    return { time, report: { trial: `t${trial}`, epoch, loss: loss(trial, epoch) } };
  });
  return reports.toSorted((a, b) => a.time - b.time).map(({ report }) => report);
}

/**
 * The decisions for all reports, if trials go on after a decision to stop them. This happens after a crash between the decision and the
 * stop.
 */
function decisionsOf(scheduler: Scheduler, reports: readonly Report[]): string[] {
  return reports.map((_, i) => scheduler.decide(deepFreeze(structuredClone(reports.slice(0, i + 1)))));
}

function assertDecision(decision: unknown): void {
  assert.ok(
    decision === 'continue' || decision === 'stop',
    `decide() must give "continue" or "stop", and it gave ${JSON.stringify(decision)}`,
  );
}

/**
 * Checks what a search needs of a scheduler.
 * @param definition the scheduler, as a plugin contributes it
 * @param options options to check it with. Default: none
 */
export function schedulerChecks(definition: SchedulerDefinition, options: unknown = {}): Check[] {
  const create = (): Scheduler => definition.create(parseOptions('scheduler', definition.options, options));
  return [
    {
      name: 'answers "continue" or "stop" to every report of a race, and changes no report',
      run() {
        for (const decision of decisionsOf(create(), race())) assertDecision(decision);
      },
    },
    {
      name: 'is a pure function of the reports: decides the same when they are replayed, also in another copy',
      run() {
        const scheduler = create();
        const decisions = decisionsOf(scheduler, race());
        assertSame(
          decisionsOf(scheduler, race()),
          decisions,
          'The scheduler must decide the same for the same reports',
        );
        assertSame(
          decisionsOf(create(), race()),
          decisions,
          'Another copy of the scheduler must decide the same for the same reports',
        );
        // A new scheduler that is asked only about the last report, as after a restart.
        assertSame(
          create().decide(race()),
          decisions.at(-1),
          'A new scheduler must decide the same for all reports at once',
        );
      },
    },
    {
      name: 'accepts a single report, and a trial without reports of its first epochs',
      run() {
        const late = { trial: 'late', epoch: 5, loss: 0.5 };
        for (const reports of [[late], [{ ...late, epoch: 1 }], [...race(), late]])
          assertDecision(create().decide(reports));
      },
    },
  ];
}
