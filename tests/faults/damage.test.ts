import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readEpochs, sweepStatus, type Plan } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { coordinate } from '../support/sweeps/coordinator.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { checkInvariant, fingerprints, type Fingerprints } from '../support/sweeps/invariant.js';
import { eventsOf, run, tinyPlan, type Run } from '../support/sweeps/tiny.js';

const EPOCHS = 8;
const config = {
  methods: [{ use: 'sgd' }, { use: 'faulty', options: { fault: 'sleep', ms: 5 } }],
  training: { epochs: EPOCHS, batchSize: 16 },
  seeds: [0, 1],
};

let plan: Plan;
const made = sharedFolder();
let undisturbed: Fingerprints;
let acked: string[];
/** The trial that was running. */
let open: string;
let done: string;
/** Its checkpoints, newest first. */
let checkpoints: string[];
beforeAll(async () => {
  plan = await tinyPlan(config);
  await run(plan, { dir: join(made, 'undisturbed'), workers: 1 });
  undisturbed = await fingerprints(join(made, 'undisturbed'));
  // kill -9 in the middle of the second trial.
  const child = coordinate({
    config,
    options: { dir: join(made, 'killed'), workers: 1, checkpointSeconds: 0 },
  });
  open = plan.trials[1]!.id;
  await child.until((event) => event.type === 'epoch' && event.id === open && event.metrics.epoch === 4);
  child.process.kill('SIGKILL');
  expect((await child.ended).signal).toBe('SIGKILL');
  acked = child.acked();
  done = plan.trials[0]!.id;
  expect(acked).toEqual([done]);
  const number = (name: string): number => Number(/\d+/.exec(name)![0]);
  checkpoints = readdirSync(join(made, 'killed', 'trials', open))
    .filter((name) => /^checkpoint-\d+\.safetensors$/.test(name))
    .toSorted((a, b) => number(b) - number(a));
  expect(checkpoints.length).toBeGreaterThanOrEqual(2);
});

/** A copy of the folder after the kill, for one test. */
function killed(): string {
  const dir = join(temporaryFolder(), 'sweep');
  cpSync(join(made, 'killed'), dir, { recursive: true });
  return dir;
}

async function goOn(dir: string): Promise<Run> {
  const ran = await run(plan, { dir, workers: 1 });
  expect(ran.outcome.status).toBe('done');
  await checkInvariant(dir, { trials: plan.trials, acked, undisturbed });
  return ran;
}

const overwrite = (path: string, at: number, bytes: Uint8Array): void => {
  const file = readFileSync(path);
  file.set(bytes.subarray(0, file.length - at), at);
  writeFileSync(path, file);
};
const flip = (path: string): void => {
  const file = readFileSync(path);
  file[file.length >> 1]! ^= 1;
  writeFileSync(path, file);
};

describe('after kill -9', () => {
  it.each<[string, (db: string) => void]>([
    ['with a zeroed page', (db) => overwrite(db, 4096, new Uint8Array(4096))],
    ['cut short', (db) => truncateSync(db, 5000)],
    ['emptied', (db) => truncateSync(db, 0)],
    ['deleted', (db) => rmSync(db)],
    ['with a garbled header', (db) => overwrite(db, 0, Buffer.from('this was never a database'))],
    ['without its write-ahead log', (db) => rmSync(`${db}-wal`)],
  ])('an index %s is built again, with the same table', async (_what, damage) => {
    const dir = killed();
    const db = join(dir, 'sweep.db');
    // Small tables fit into the write-ahead log until somebody closes them.
    if (readFileSync(db).length < 8192) cpSync(join(made, 'undisturbed', 'sweep.db'), db);
    expect(existsSync(`${db}-wal`)).toBe(true);
    damage(db);
    const { outcome } = await goOn(dir);
    expect(outcome.counts.kept).toBe(1);
    const states = (await sweepStatus(dir)).trials.map(({ id, state, epoch }) => [id, state, epoch]);
    expect(states).toEqual(plan.trials.map(({ id }) => [id, 'done', EPOCHS]));
  });

  it.each<[string, (path: string) => void]>([
    ['with a flipped byte', flip],
    ['shorter than it says', (path) => truncateSync(path, readFileSync(path).length - 8)],
    ['emptied', (path) => truncateSync(path, 0)],
  ])('a checkpoint %s is replaced by the one before, with a message', async (_what, damage) => {
    const dir = killed();
    const [newest, previous] = checkpoints;
    damage(join(dir, 'trials', open, newest!));
    const { events } = await goOn(dir);
    const [start] = eventsOf(events, 'trial-start');
    expect(start).toMatchObject({ id: open });
    expect(previous).toBe(`checkpoint-${start!.resumedEpochs.length}.safetensors`);
    expect(eventsOf(events, 'warning').map(({ message }) => message)).toEqual([
      expect.stringContaining(`${newest} is damaged`),
    ]);
  });

  it('a trial without a whole checkpoint starts again', async () => {
    const dir = killed();
    for (const name of checkpoints) flip(join(dir, 'trials', open, name));
    const { events } = await goOn(dir);
    expect(eventsOf(events, 'trial-start')[0]).toMatchObject({ id: open, resumedEpochs: [] });
    expect(eventsOf(events, 'warning')).toHaveLength(checkpoints.length);
  });

  it('half a line at the end of a log is cut off, and later lines are readable', async () => {
    const dir = killed();
    for (const name of ['metrics.jsonl', 'attempts.jsonl', 'checkpoints.jsonl']) {
      appendFileSync(join(dir, 'trials', open, name), '{"epoch":5,"attempt":2,"learn');
    }
    const { events } = await goOn(dir);
    expect(eventsOf(events, 'trial-start')[0]!.resumedEpochs.length).toBeGreaterThan(0);
    expect(await readEpochs(dir, open)).toHaveLength(EPOCHS);
    const lines = readFileSync(join(dir, 'trials', open, 'attempts.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      'start',
      'start',
      'end',
    ]);
  });

  it.each<[string, (path: string) => void]>([
    ['cut short', (path) => truncateSync(path, 500)],
    ['emptied', (path) => truncateSync(path, 0)],
    ['with a flipped byte', flip],
  ])('a result %s is set aside, and its trial is run again', async (_what, damage) => {
    const dir = killed();
    damage(join(dir, 'trials', done, 'result.json'));
    const { outcome } = await goOn(dir);
    expect(outcome.counts.kept).toBe(0);
    const aside = readdirSync(join(dir, 'trials', done)).filter((name) =>
      name.startsWith('result.json.corrupt-'),
    );
    expect(aside).toHaveLength(1);
  });
});
