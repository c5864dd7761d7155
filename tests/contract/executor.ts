import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRegistry,
  fingerprint,
  loadPlugins,
  parseOptions,
  type Executor,
  type ExecutorDefinition,
  type PlannedTrial,
  type TrialEnd,
  type TrialMessage,
} from '@bbb/core';
import { needsOf, type Plan } from '@bbb/sweep';
import { loadData, TRIAL_FILES, trialFolder, unsealResult } from '@bbb/sweep/host';
import { PLUGINS, tinyPlan } from '../sweep/fixtures/sweeps.js';
import type { AsyncCheck } from './check.js';

export interface ExecutorUnderTest {
  readonly definition: ExecutorDefinition;
  /** Defaults are filled in. */
  readonly options?: unknown;
  /** A new folder each time. */
  folder(): string;
  /** Starts what the executor needs beside itself, e.g. a host that takes trials, and gives what ends it. */
  beside?(dir: string): Promise<() => Promise<void>>;
}

/** Most trials that are handed over at once. */
const CAPACITY = 2;

/** Enough epochs of enough milliseconds that a message gets through before the last one. */
const EPOCHS = 12;
const slow = { use: 'faulty', options: { fault: 'sleep', ms: 10 } };

/** What every executor promises to a sweep. */
export function executorChecks(under: ExecutorUnderTest): AsyncCheck[] {
  return [
    {
      name: 'runs as many trials at a time as it was given room for; each says what it does, and leaves its checkpoint',
      run: async () => {
        const plan = await tinyPlan({ seeds: [0, 1] });
        await using(under, plan, async (run) => {
          const ended = await Promise.all(plan.trials.map((planned) => run(planned).ended));
          for (const [i, { end, messages }] of ended.entries()) {
            const { id, trial } = plan.trials[i]!;
            const spoken = messages.filter(({ type }) => type !== 'progress' && type !== 'warning');
            const epochs = Array.from({ length: trial.training.epochs }, (_, epoch) => epoch + 1);
            assert.deepEqual(spoken.map(said), ['started after 0', ...epochs.map((n) => `epoch ${n}`)]);
            checkDone(run.dir, id, end);
          }
        });
      },
    },
    {
      name: 'stops a trial at a checkpoint when asked, and goes on from there, with the bits of an undisturbed run',
      run: async () => {
        const plan = await tinyPlan({ methods: [slow], training: { epochs: EPOCHS, batchSize: 16 } });
        const [planned] = plan.trials;
        let undisturbed: string | undefined;
        await using(under, plan, async (run) => {
          undisturbed = checkDone(run.dir, planned!.id, (await run(planned!).ended).end);
        });
        await using(under, plan, async (run) => {
          const first = run(planned!, (message, execution) => {
            if (message.type === 'epoch') execution.stop();
          });
          const { end } = await first.ended;
          assert.equal(end.type, 'stopped');
          const { epoch } = end as Extract<TrialEnd, { type: 'stopped' }>;
          assert.ok(epoch >= 1 && epoch < EPOCHS, `stopped after epoch ${epoch}`);
          const second = await run(planned!).ended;
          assert.equal(said(second.messages[0]!), `started after ${epoch}`);
          assert.equal(checkDone(run.dir, planned!.id, second.end), undisturbed);
        });
      },
    },
    {
      name: 'ends a trial that is killed, in the middle of an epoch, and takes the next one',
      run: async () => {
        const plan = await tinyPlan({
          methods: [{ use: 'faulty', options: { fault: 'loop' } }, { use: 'sgd' }],
        });
        const [endless, next] = plan.trials;
        await using(under, plan, async (run) => {
          const { ended } = run(endless!, (message, execution) => {
            if (message.type === 'started') execution.kill();
          });
          assert.deepEqual((await ended).end, { type: 'killed' });
          checkDone(run.dir, next!.id, (await run(next!).ended).end);
        });
      },
    },
    {
      name: 'tells what a trial failed by, and takes the next one',
      run: async () => {
        const plan = await tinyPlan({
          methods: [{ use: 'faulty', options: { fault: 'throw', at: 1 } }, { use: 'sgd' }],
        });
        const [failing, next] = plan.trials;
        await using(under, plan, async (run) => {
          const { end } = await run(failing!).ended;
          assert.ok(end.type === 'failed', end.type);
          const { name, code, message, hint } = end.error;
          assert.deepEqual(
            { kind: end.kind, name, code, message, hint },
            {
              kind: 'error',
              name: 'TypeError',
              code: 'E_MINE',
              message: 'the method broke',
              hint: 'mend it',
            },
          );
          checkDone(run.dir, next!.id, (await run(next!).ended).end);
        });
      },
    },
    {
      name: 'is closed when nothing has been handed over',
      run: async () => using(under, await tinyPlan(), () => Promise.resolve()),
    },
  ];
}

interface Running {
  readonly ended: Promise<{ readonly end: TrialEnd; readonly messages: readonly TrialMessage[] }>;
}

interface Run {
  (
    planned: PlannedTrial,
    hear?: (message: TrialMessage, execution: ReturnType<Executor['run']>) => void,
  ): Running;
  readonly dir: string;
}

/** Starts the executor for a plan in a folder of its own, and closes it whatever happens. */
async function using(
  { definition, options = {}, folder, beside }: ExecutorUnderTest,
  plan: Plan,
  use: (run: Run) => Promise<void>,
): Promise<void> {
  const dir = folder();
  const registry = createRegistry(await loadPlugins(PLUGINS));
  const needs = needsOf(plan.config, registry);
  const executor = await definition.create(parseOptions('executor', definition.options, options)).start({
    dir,
    capacity: CAPACITY,
    needs,
    registry,
    datasets: await loadData(registry, [needs.data], undefined),
    plugins: PLUGINS,
    cwd: process.cwd(),
    warn: () => undefined,
  });
  const run = Object.assign(
    ((planned, hear) => {
      const messages: TrialMessage[] = [];
      const task = { planned, folder: trialFolder(dir, planned.id), checkpointSeconds: 0 };
      mkdirSync(task.folder, { recursive: true });
      const execution = executor.run(task, (message) => {
        messages.push(message);
        hear?.(message, execution);
      });
      return { ended: execution.end.then((end) => ({ end, messages })) };
    }) satisfies (...args: Parameters<Run>) => Running,
    { dir },
  );
  let leave: (() => Promise<void>) | undefined;
  try {
    assert.equal(executor.capacity, CAPACITY);
    leave = await beside?.(dir);
    await use(run);
  } finally {
    await executor.close();
    await leave?.();
  }
}

function said(message: TrialMessage): string {
  if (message.type === 'started') return `started after ${message.resumedEpochs.length}`;
  return message.type === 'epoch' ? `epoch ${message.metrics.epoch}` : message.type;
}

/** The result is whole, and of the checkpoint in the folder. Gives what must be the same whoever ran the trial. */
function checkDone(dir: string, id: string, end: TrialEnd): string {
  assert.ok(end.type === 'done', JSON.stringify(end));
  const result = unsealResult(end.text, id);
  const checkpoint = readFileSync(join(trialFolder(dir, id), TRIAL_FILES.checkpoint));
  assert.equal(createHash('sha256').update(checkpoint).digest('hex'), result.checkpointSha256);
  return fingerprint(result);
}
