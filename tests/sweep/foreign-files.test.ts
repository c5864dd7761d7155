import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SweepEvent } from '@bbb/core';
import { readEpochs, readSeconds, readSweep, repairSweep, sweepStatus, type Plan } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { isOwnFile, openOwn, readOwn } from '../../packages/sweep/src/store/own-open.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';

const SECRET = 'of somebody else\n';

/** Objects that somebody may have put in place of a file. None of them may be opened. */
const KINDS: [string, (path: string, outside: string) => void][] = [
  ['a link', (path, outside) => symlinkSync(join(outside, 'file'), path)],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
];

let plan: Plan;
let id: string;
/** A sweep with a finished trial, and one whose trial has finished its first epoch. */
let templates: { readonly done: string; readonly begun: string };
const kept = sharedFolder();
beforeAll(async () => {
  plan = await tinyPlan({
    // The reports are a file of the sweep, too. The scheduler stops no trial here.
    methods: [{ use: 'sgd', grid: { 'training.optimizer.learningRate': [0.01, 0.02] } }],
    search: { scheduler: { use: 'asha', options: { minEpochs: 3, eta: 2 } }, objective: 'validationNll' },
  });
  id = plan.trials[0]!.id;
  templates = { done: join(kept, 'done'), begun: join(kept, 'begun') };
  await run(plan, { dir: templates.done });
  const stop = new AbortController();
  const onEvent = ({ type }: SweepEvent): void => void (type === 'trial-start' && stop.abort());
  await run(plan, { dir: templates.begun, signal: stop.signal, onEvent });
  expect(readdirSync(join(templates.begun, 'trials', id))).toContain('checkpoint-1.safetensors');
});

describe.each(KINDS)('%s', (_kind, put) => {
  it.each([
    ['sweep.json', true],
    ['sweep.lock', true],
    ['sweep.db', true],
    ['sweep.db-wal', true],
    ['sweep.reports.jsonl', false],
    ['sweep.events.ndjson', false],
    ['trials/ID/trial.json', false],
    ['trials/ID/attempts.jsonl', false],
    ['trials/ID/metrics.jsonl', false],
    ['trials/ID/checkpoints.jsonl', false],
    ['trials/ID/checkpoint-1.safetensors', false],
    ['trials/ID/checkpoint.safetensors', true],
    ['trials/ID/result.json', true],
  ])('in place of %s is not opened and not written through', async (name, done) => {
    const [dir, outside] = [join(temporaryFolder(), 'sweep'), temporaryFolder()];
    writeFileSync(join(outside, 'file'), SECRET);
    cpSync(done ? templates.done : templates.begun, dir, { recursive: true });
    const path = join(dir, name.replace('ID', id));
    rmSync(path, { force: true });
    put(path, outside);
    const works = [
      () => sweepStatus(dir),
      () => readSweep(dir),
      () => readEpochs(dir, id),
      () => readSeconds(dir, id),
      () => repairSweep(dir),
      () => run(plan, { dir, reporters: [{ use: 'ndjson', options: {} }] }),
    ];
    for (const work of works) {
      const failure = await work().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure) expect(failure).toMatchObject({ code: 'E_STORE_DAMAGED', hint: expect.any(String) });
    }
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe(SECRET);
  });

  it('in place of metrics.jsonl is set aside and reported by repair', async () => {
    const [dir, outside] = [join(temporaryFolder(), 'sweep'), temporaryFolder()];
    writeFileSync(join(outside, 'file'), SECRET);
    cpSync(templates.begun, dir, { recursive: true });
    const path = join(dir, 'trials', id, 'metrics.jsonl');
    rmSync(path, { force: true });
    put(path, outside);
    const { findings } = await repairSweep(dir);
    expect(findings).toContainEqual({
      id,
      message: expect.stringMatching(
        /^metrics\.jsonl is not a file; it was moved to metrics\.jsonl\.corrupt-/,
      ) as string,
    });
    expect(existsSync(path)).toBe(false);
    expect((await repairSweep(dir)).findings).toEqual([]);
    expect((await run(plan, { dir })).outcome.status).toBe('done');
  });
});

describe('a folder of a sweep that is a link', () => {
  it.each(['trials', 'trials/ID'])(
    '%s is not followed, and nothing is written or removed at its target',
    async (name) => {
      const [dir, outside] = [join(temporaryFolder(), 'sweep'), join(temporaryFolder(), 'outside')];
      cpSync(templates.begun, dir, { recursive: true });
      const path = join(dir, name.replace('ID', id));
      cpSync(path, outside, { recursive: true });
      writeFileSync(join(outside, '.any.tmp'), SECRET);
      rmSync(path, { recursive: true });
      symlinkSync(outside, path);
      const before = listing(outside);
      for (const work of [() => readSweep(dir), () => repairSweep(dir), () => run(plan, { dir })])
        await expect(work()).rejects.toMatchObject({ code: 'E_STORE_DAMAGED' });
      expect(listing(outside)).toEqual(before);
    },
  );

  it('may be followed if the user names it', async () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(templates.done, link);
    expect((await readSweep(link)).results).toHaveLength(2);
  });
});

function listing(path: string): string[] {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return `${file} ${readFileSync(file, 'latin1')}`;
    });
}

describe.each(['read', 'change', 'append'] as const)('to %s', (how) => {
  it.each<[string, (at: string) => string, string]>([
    ['a device', () => '/dev/null', 'a device'],
    ['a folder', (at) => at, 'a folder'],
    ['a link to nothing', (at) => linked(at, join(at, 'new')), 'a symbolic link'],
    ['a link to a device', (at) => linked(at, '/dev/zero'), 'a symbolic link'],
    ['a link to a file', (at) => linked(at, '/etc/hostname'), 'a symbolic link'],
  ])('%s is refused with its kind', async (_what, make, words) => {
    const at = temporaryFolder();
    const path = make(at);
    const refused = { code: 'E_STORE_DAMAGED', message: expect.stringContaining(words) as string };
    expect(() => openOwn(path, how)).toThrow(expect.objectContaining(refused));
    await expect(readOwn(path)).rejects.toMatchObject(refused);
    expect(isOwnFile(path)).toBe(false);
    expect(existsSync(join(at, 'new'))).toBe(false);
  });
});

function linked(at: string, target: string): string {
  const path = join(at, 'link');
  symlinkSync(target, path);
  return path;
}
