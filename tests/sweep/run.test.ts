import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { VERSION, type BbbError } from '@bbb/core';
import { exitCode, readEpochs, readSweep, repairSweep, sweepStatus, type Plan } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { seal, unseal } from '../../packages/sweep/src/store/sealed.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { checkInvariant, fingerprints, type Fingerprints } from '../support/sweeps/invariant.js';
import { eventsOf, PROCESSES, run, tinyPlan } from '../support/sweeps/tiny.js';

const METHODS = [{ use: 'sgd' }, { use: 'bbb-mixture' }];

let plan: Plan;
let undisturbed: Fingerprints;
/** Fingerprints of the undisturbed run, on one thread. */
const finishedDir = sharedFolder();
beforeAll(async () => {
  plan = await tinyPlan({
    methods: METHODS,
    seeds: [0, 1],
    outOfDistribution: { use: 'toy', options: { test: 30, salt: 5 } },
  });
  await run(plan, { dir: finishedDir, workers: 1 });
  undisturbed = await fingerprints(finishedDir);
});

/** A folder with the whole sweep. */
function finished(): string {
  const dir = temporaryFolder();
  cpSync(finishedDir, dir, { recursive: true });
  return dir;
}

const listing = (dir: string): string[] => readdirSync(dir, { recursive: true }).map(String).toSorted();
const failure = (promise: Promise<unknown>): Promise<BbbError> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as BbbError,
  );

describe('a sweep', () => {
  it('runs every trial once, with the same bytes on one thread, on two threads and in processes', async () => {
    for (const options of [{ workers: 2 }, { workers: 2, executor: PROCESSES }] as const) {
      const dir = join(temporaryFolder(), 'new', 'sweep');
      const { outcome, events } = await run(plan, { dir, ...options });
      expect(outcome).toMatchObject({ status: 'done', counts: { total: 4, done: 4, kept: 0, failed: 0 } });
      expect(exitCode(outcome)).toBe(0);
      const acked = eventsOf(events, 'trial-done').map(({ id }) => id);
      expect(acked.toSorted()).toEqual(plan.trials.map(({ id }) => id).toSorted());
      await checkInvariant(dir, { trials: plan.trials, acked, undisturbed });
    }
  });

  it('reports events in order', async () => {
    const dir = temporaryFolder();
    const { events } = await run(plan, { dir });
    expect(events[0]).toMatchObject({ type: 'sweep-start', resumed: false, workers: 2 });
    expect(events.at(-1)).toMatchObject({ type: 'sweep-done', outcome: { status: 'done' } });
    for (const { id } of plan.trials) {
      const own = events.filter((event) => 'id' in event && event.id === id && event.type !== 'progress');
      const epoch = (n: number) =>
        expect.objectContaining({ type: 'epoch', metrics: expect.objectContaining({ epoch: n }) });
      expect(own).toEqual([
        expect.objectContaining({ type: 'trial-start', attempt: 1, epochs: 3, resumedEpochs: [] }),
        epoch(1),
        epoch(2),
        epoch(3),
        expect.objectContaining({ type: 'trial-done', seconds: expect.any(Number) }),
      ]);
    }
    const counts = eventsOf(events, 'trial-done').map((event) => event.counts.done);
    expect(counts).toEqual([1, 2, 3, 4]);
    // Every event is plain JSON, because the command line prints events as they are.
    for (const event of events) expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  });

  it('can be read, also before it is finished', async () => {
    const dir = finished();
    rmSync(join(dir, 'trials', plan.trials[1]!.id, 'result.json'));
    const data = await readSweep(dir);
    expect(data.plan).toEqual(plan.trials);
    expect(data.config).toEqual(plan.config);
    expect(data.results.map(({ id }) => id)).toEqual([0, 2, 3].map((i) => plan.trials[i]!.id));
    expect(data.missing).toEqual([plan.trials[1]!.id]);
    expect(data.failed).toEqual([]);
    expect(data.results[0]!.epochs).toEqual(await readEpochs(dir, plan.trials[0]!.id));
  });

  it('keeps finished trials when it is run again', async () => {
    const dir = finished();
    const before = listing(dir);
    const { outcome, events } = await run(plan, { dir });
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 4, kept: 4 } });
    expect(events.map(({ type }) => type)).toEqual(['sweep-start', 'sweep-done']);
    expect(listing(dir)).toEqual(before);
  });

  it('stops at a checkpoint on request, and goes on to the same bytes', async () => {
    const dir = temporaryFolder();
    const acked: string[] = [];
    let epochs = 0;
    for (let runs = 1; ; runs++) {
      const stop = new AbortController();
      const { outcome, events } = await run(plan, {
        dir,
        signal: stop.signal,
        onEvent(event) {
          if (event.type === 'epoch') epochs++;
          if (event.type === 'epoch' && runs < 3) stop.abort('SIGTERM');
        },
      });
      acked.push(...eventsOf(events, 'trial-done').map(({ id }) => id));
      if (outcome.status === 'done') break;
      expect(outcome).toMatchObject({ status: 'interrupted', signal: 'SIGTERM' });
      expect(exitCode(outcome)).toBe(143);
      expect(runs).toBeLessThan(3);
      for (const { id, epoch } of eventsOf(events, 'trial-stopped')) {
        expect(existsSync(join(dir, 'trials', id, `checkpoint-${epoch}.safetensors`))).toBe(true);
      }
    }
    // No epoch was trained twice.
    expect(epochs).toBe(4 * 3);
    await checkInvariant(dir, { trials: plan.trials, acked, undisturbed });
  });

  it('ends at once on request', async () => {
    const dir = temporaryFolder();
    const slow = await tinyPlan({ methods: [{ use: 'faulty', options: { fault: 'sleep', ms: 200 } }] });
    const kill = new AbortController();
    let sent = 0;
    const { outcome } = await run(slow, {
      dir,
      kill: kill.signal,
      onEvent(event) {
        if (event.type !== 'progress' || sent > 0) return;
        sent = performance.now();
        kill.abort();
      },
    });
    expect(performance.now() - sent).toBeLessThan(2000);
    expect(outcome).toMatchObject({ status: 'interrupted', counts: { done: 0, waiting: 1 } });
    expect(exitCode(outcome)).toBe(130);
    const { trials } = await sweepStatus(dir);
    expect(trials[0]).toMatchObject({ state: 'waiting', attempts: 1 });
  });

  it('refuses another configuration, says what differs, and accepts one that only adds trials', async () => {
    const dir = temporaryFolder();
    const first = await tinyPlan({ seeds: [0] });
    await run(first, { dir, workers: 1 });
    const more = await tinyPlan({ seeds: [0, 1] });
    const refused = await failure(run(more, { dir }));
    expect(refused).toMatchObject({
      code: 'E_SWEEP_CHANGED',
      message: expect.stringContaining('seeds: [0] -> [0,1]'),
    });
    expect(refused.hint).toContain('--extend');
    const { outcome } = await run(more, { dir, extend: true, workers: 1 });
    expect(outcome.counts).toMatchObject({ total: 2, done: 2, kept: 1 });
    await checkInvariant(dir, { trials: more.trials });

    const other = await tinyPlan({ seeds: [0, 1], training: { epochs: 2, batchSize: 16 } });
    const dropped = await failure(run(other, { dir, extend: true }));
    expect(dropped).toMatchObject({
      code: 'E_SWEEP_CHANGED',
      message: expect.stringContaining('training.epochs: 3 -> 2'),
      hint: expect.stringContaining('2 of its 2 trials'),
    });
    await checkInvariant(dir, { trials: more.trials });
  });

  it('is not extended by another search of the same trials, and reports if there is nothing to add', async () => {
    const dir = temporaryFolder();
    const grid = { 'training.optimizer.learningRate': [0.1, 0.01] };
    const searched = (use: string, seeds: number[]) =>
      tinyPlan({
        seeds,
        methods: [{ use: 'sgd', grid }],
        search: { scheduler: { use, options: { minEpochs: 99 } } },
      });
    await run(await searched('asha', [0]), { dir, workers: 1 });
    const before = readFileSync(join(dir, 'sweep.json'), 'utf8');
    for (const seeds of [[0], [0, 1]]) {
      const other = await failure(run(await searched('median', seeds), { dir, extend: true }));
      expect(other).toMatchObject({
        code: 'E_SWEEP_CHANGED',
        message: expect.stringContaining('search.scheduler.use: "asha" -> "median"'),
      });
      expect(other.hint).not.toContain('--extend');
    }
    expect(readFileSync(join(dir, 'sweep.json'), 'utf8')).toBe(before);
    const more = await searched('asha', [0, 1]);
    expect((await failure(run(more, { dir }))).hint).toContain('add the new trials');
    await run(more, { dir, extend: true, workers: 1 });
    await checkInvariant(dir, { trials: more.trials });

    const renamed = await tinyPlan({
      methods: [{ use: 'sgd', label: 'plain', grid }],
      seeds: [0, 1],
      search: { scheduler: { use: 'asha', options: { minEpochs: 99 } } },
    });
    expect((await failure(run(renamed, { dir }))).hint).not.toContain('new trials');
  });

  it('with an unknown scheduler, or unknown options of one, is not begun', async () => {
    const dir = join(temporaryFolder(), 'new');
    for (const [scheduler, code] of [
      [{ use: 'ashes', options: {} }, 'E_UNKNOWN_NAME'],
      [{ use: 'asha', options: { x: 1 } }, 'E_OPTIONS'],
    ] as const) {
      expect((await failure(tinyPlan({ search: { scheduler } }))).code).toBe(code);
      // A process with other plugins may have made the plan.
      const planned = await tinyPlan({ search: { scheduler: { use: 'none', options: {} } } });
      const config = { ...planned.config, search: { ...planned.config.search!, scheduler } };
      expect((await failure(run({ ...planned, config }, { dir }))).code).toBe(code);
    }
    expect(existsSync(dir)).toBe(false);
  });

  it('runs a trial again if its result or final checkpoint is damaged, and keeps the damaged file', async () => {
    const dir = finished();
    const file = (i: number, name: string): string => join(dir, 'trials', plan.trials[i]!.id, name);
    truncateSync(file(0, 'result.json'), 500);
    truncateSync(file(1, 'result.json'), 0);
    const bytes = readFileSync(file(2, 'result.json'));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file(2, 'result.json'), bytes);
    rmSync(file(3, 'checkpoint.safetensors'));
    const { outcome, events } = await run(plan, { dir, workers: 1 });
    expect(outcome.counts).toMatchObject({ done: 4, kept: 0 });
    const warned = eventsOf(events, 'warning').map(({ id }) => id);
    expect(warned).toEqual(plan.trials.map(({ id }) => id));
    for (const i of [0, 1, 2, 3]) {
      const names = readdirSync(file(i, '.'));
      expect(names.filter((name) => name.startsWith('result.json.corrupt-'))).toHaveLength(1);
    }
    await checkInvariant(dir, { trials: plan.trials, undisturbed });
  });

  it('is repaired: damaged checkpoints are found, too, and a new index is built', async () => {
    const dir = finished();
    const path = join(dir, 'trials', plan.trials[0]!.id, 'checkpoint.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    writeFileSync(join(dir, 'sweep.db'), 'nonsense');
    const report = await repairSweep(dir);
    expect(report).toMatchObject({ done: 3, open: 1, failed: 0 });
    expect(report.findings.map(({ id }) => id)).toEqual([plan.trials[0]!.id, plan.trials[0]!.id]);
    await run(plan, { dir });
    await checkInvariant(dir, { trials: plan.trials, undisturbed });
    expect(await repairSweep(dir)).toMatchObject({ done: 4, open: 0, findings: [] });
  });

  it('goes on without a damaged sweep.json, because the command has its content', async () => {
    const dir = finished();
    truncateSync(join(dir, 'sweep.json'), 100);
    const unreadable = await failure(readSweep(dir));
    expect(unreadable.code).toBe('E_STORE_DAMAGED');
    const { outcome, events } = await run(plan, { dir });
    expect(outcome.counts.kept).toBe(4);
    expect(eventsOf(events, 'warning')[0]!.message).toContain('sweep.json');
    await checkInvariant(dir, { trials: plan.trials, undisturbed });
  });

  it('reports when another version goes on with it, and every result names its version', async () => {
    const dir = finished();
    const path = join(dir, 'sweep.json');
    const record = unseal('sweep', readFileSync(path, 'utf8')) as object;
    const versions = { bbb: '0.0.1', node: 'v18.0.0' };
    writeFileSync(path, seal('sweep', JSON.stringify({ ...record, versions })));
    const { outcome, events } = await run(plan, { dir });
    expect(outcome.counts.kept).toBe(4);
    expect(eventsOf(events, 'warning')).toEqual([
      expect.objectContaining({
        code: 'W_VERSION',
        message: expect.stringContaining('bbb 0.0.1 on Node v18.0.0'),
      }),
    ]);
    for (const { environment } of (await readSweep(dir)).results) {
      expect(environment).toMatchObject({ bbb: VERSION, node: process.version });
    }
    await checkInvariant(dir, { trials: plan.trials, undisturbed });
  });

  it('shows the state of the folders if the index is gone', async () => {
    const dir = finished();
    const indexed = await sweepStatus(dir);
    for (const name of readdirSync(dir)) if (name.startsWith('sweep.db')) rmSync(join(dir, name));
    const { trials } = await sweepStatus(dir);
    const ofFolders = trials.map((row) => ({ ...row, validationError: null }));
    expect(ofFolders).toEqual(indexed.trials.map((row) => ({ ...row, validationError: null })));
  });
});

describe('a folder', () => {
  it('of something else is not changed', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'thesis.tex'), 'precious');
    expect((await failure(run(plan, { dir }))).code).toBe('E_NOT_A_SWEEP');
    expect((await failure(readSweep(dir))).code).toBe('E_NOT_A_SWEEP');
    expect(readdirSync(dir)).toEqual(['thesis.tex']);
    expect((await failure(readSweep(join(dir, 'none')))).code).toBe('E_SWEEP_MISSING');
  });

  it("is not made if the data or a plugin can't be loaded", async () => {
    const dir = join(temporaryFolder(), 'new');
    const missing = await failure(run(plan, { dir, plugins: ['./no-such-plugin.ts'] }));
    expect(missing.code).toBe('E_PLUGIN_NOT_FOUND');
    expect(existsSync(dir)).toBe(false);
  });

  it('that is a file, or is below one, gives one clear message', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'file'), '');
    mkdirSync(join(dir, 'empty'));
    for (const path of [join(dir, 'file'), join(dir, 'file', 'below')]) {
      expect(await failure(run(plan, { dir: path }))).toMatchObject({ code: 'E_STORE_IO' });
    }
  });
});
