import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRegistry,
  fingerprint,
  loadPlugins,
  parseOptions,
  type Execution,
  type ExecutorDefinition,
  type PlannedTrial,
  type TrialEnd,
  type TrialMessage,
} from '@bbb/core';
import { needsOf, type Plan } from '@bbb/sweep';
import { loadData, TRIAL_FILES, trialFolder, unsealResult } from '@bbb/sweep/host';
import { assertSame } from './assert-same.js';
import type { AsyncCheck } from './check.js';
import { runHere } from './run-here.js';
import { PLUGINS, tinyPlan } from './tiny-plan.js';

export interface ExecutorUnderTest {
  readonly definition: ExecutorDefinition;
  /** Options of the executor. Missing ones get their defaults. */
  readonly options?: unknown;
  /** Returns a new folder at each call. */
  folder(): string;
  /** Starts what the executor needs, e.g. a host that takes trials, and returns a function that ends it. */
  beside?(dir: string): Promise<() => Promise<void>>;
}

/** Enough epochs that a message to the trial arrives before the last one. */
const EPOCHS = 12;
const SAME_RESULT = 'The result must be the same as of a run in this thread';
const slow = { use: 'faulty', options: { fault: 'sleep', ms: 10 } };
const failing = { use: 'faulty', label: 'failing', options: { fault: 'throw', at: 1 } };
const endless = { use: 'faulty', label: 'endless', options: { fault: 'loop' } };

/**
 * What every executor promises to a sweep.
 * @param under the definition, its options and what it needs
 */
export function executorChecks(under: ExecutorUnderTest): AsyncCheck[] {
  return [
    {
      name: 'runs as many trials at a time as there is room for, with the bytes of a run in this thread; each trial reports its progress and leaves a checkpoint',
      run: async () => {
        const plan = await tinyPlan({ seeds: [0, 1] });
        await using(under, plan, 2, async (run) => {
          const ended = await Promise.all(plan.trials.map((planned) => run(planned).ended));
          for (const [i, { end, messages }] of ended.entries()) {
            const planned = plan.trials[i]!;
            const spoken = messages.filter(({ type }) => type !== 'progress' && type !== 'warning');
            const epochs = Array.from({ length: planned.trial.training.epochs }, (_, epoch) => epoch + 1);
            assertSame(
              spoken.map(said),
              ['started after 0', ...epochs.map((n) => `epoch ${n}`)],
              'A trial must report its start, and then each epoch once and in order',
            );
            assertSame(checkDone(run.dir, planned.id, end), fingerprint(await runHere(planned)), SAME_RESULT);
          }
        });
      },
    },
    {
      name: 'stops a trial at a checkpoint on request, and goes on from there in the same folder to the same bytes',
      run: async () => {
        const plan = await tinyPlan({ methods: [slow], training: { epochs: EPOCHS, batchSize: 16 } });
        const planned = plan.trials[0]!;
        const dir = under.folder();
        let epoch = 0;
        await using({ ...under, folder: () => dir }, plan, 1, async (run) => {
          const first = run(planned, (message, execution) => {
            if (message.type === 'epoch') execution.stop();
          });
          const { end } = await first.ended;
          assert.ok(end.type === 'stopped', wrongEnd('stopped', end));
          epoch = end.epoch;
          assert.ok(
            epoch >= 1 && epoch < EPOCHS,
            `The trial must stop after one of its epochs 1 to ${EPOCHS - 1}, and it stopped after epoch ${epoch}`,
          );
        });
        await using({ ...under, folder: () => dir }, plan, 1, async (run) => {
          const second = await run(planned).ended;
          assertSame(
            said(second.messages[0]!),
            `started after ${epoch}`,
            'The second run must go on from the checkpoint of the first',
          );
          assertSame(
            checkDone(run.dir, planned.id, second.end),
            fingerprint(await runHere(planned)),
            SAME_RESULT,
          );
        });
      },
    },
    {
      name: 'reports why a trial failed, ends a killed trial in the middle of an epoch, and runs the next trial after both',
      run: async () => {
        const plan = await tinyPlan({ methods: [failing, endless, { use: 'sgd' }] });
        const [throws, loops, next] = plan.trials;
        await using(under, plan, 1, async (run) => {
          const failed = await run(throws!).ended;
          assert.ok(failed.end.type === 'failed', wrongEnd('failed', failed.end));
          const { name, code, message, hint } = failed.end.error;
          assertSame(
            { kind: failed.end.kind, name, code, message, hint },
            {
              kind: 'error',
              name: 'TypeError',
              code: 'E_MINE',
              message: 'the method broke',
              hint: 'mend it',
            },
            'The executor must report the error of the method',
          );
          const killed = run(loops!, (message, execution) => {
            if (message.type === 'started') execution.kill();
          });
          assertSame((await killed.ended).end, { type: 'killed' }, 'A killed trial must end as killed');
          checkDone(run.dir, next!.id, (await run(next!).ended).end);
        });
      },
    },
    {
      name: 'can be closed before it has run a trial',
      run: async () => using(under, await tinyPlan(), 1, () => Promise.resolve()),
    },
  ];
}

interface Running {
  readonly ended: Promise<{ readonly end: TrialEnd; readonly messages: readonly TrialMessage[] }>;
}

interface Run {
  (planned: PlannedTrial, hear?: (message: TrialMessage, execution: Execution) => void): Running;
  readonly dir: string;
}

/** Starts the executor for a plan in a new folder, and closes it even after an error. */
async function using(
  under: ExecutorUnderTest,
  plan: Plan,
  capacity: number,
  use: (run: Run) => Promise<void>,
): Promise<void> {
  const { definition, options = {} } = under;
  const dir = under.folder();
  const registry = createRegistry(await loadPlugins(PLUGINS));
  const needs = needsOf(plan.config, registry);
  const executor = await definition.create(parseOptions('executor', definition.options, options)).start({
    dir,
    capacity,
    needs,
    registry,
    datasets: await loadData(registry, [needs.data], undefined),
    plugins: PLUGINS,
    cwd: process.cwd(),
    warn: () => undefined,
  });
  const run = (planned: PlannedTrial, hear?: Parameters<Run>[1]): Running => {
    const messages: TrialMessage[] = [];
    const task = { planned, folder: trialFolder(dir, planned.id), checkpointSeconds: 0 };
    mkdirSync(task.folder, { recursive: true });
    const execution = executor.run(task, (message) => {
      messages.push(message);
      hear?.(message, execution);
    });
    return { ended: execution.end.then((end) => ({ end, messages })) };
  };
  let leave: (() => Promise<void>) | undefined;
  try {
    assertSame(
      executor.capacity,
      capacity,
      'The capacity of the executor must be the one that it was started with',
    );
    leave = await under.beside?.(dir);
    await use(Object.assign(run, { dir }));
  } finally {
    await executor.close();
    await leave?.();
  }
}

function wrongEnd(expected: TrialEnd['type'], end: TrialEnd): string {
  return `The trial must end as "${expected}", and it ended with ${JSON.stringify(end)}`;
}

function said(message: TrialMessage): string {
  if (message.type === 'started') return `started after ${message.resumedEpochs.length}`;
  return message.type === 'epoch' ? `epoch ${message.metrics.epoch}` : message.type;
}

/**
 * Checks that the result is complete and belongs to the checkpoint in the folder. Returns the part that must be the same with every
 * executor.
 */
function checkDone(dir: string, id: string, end: TrialEnd): string {
  assert.ok(end.type === 'done', wrongEnd('done', end));
  const result = unsealResult(end.text, id);
  const checkpoint = readFileSync(join(trialFolder(dir, id), TRIAL_FILES.checkpoint));
  assertSame(
    createHash('sha256').update(checkpoint).digest('hex'),
    result.checkpointSha256,
    'The SHA-256 of the checkpoint in the folder must be the one in the result',
  );
  return fingerprint(result);
}
