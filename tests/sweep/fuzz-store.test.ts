import {
  appendFileSync,
  existsSync,
  cpSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readEpochs, readSweep, repairSweep, sweepStatus, type Plan } from '@bbb/sweep';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { leadingEpochs } from '../../packages/sweep/src/store/epochs.js';
import { unsealResult } from '../../packages/sweep/src/store/result-file.js';
import { seal, unseal } from '../../packages/sweep/src/store/sealed.js';
import { parseSweepRecord } from '../../packages/sweep/src/store/sweep-record.js';
import { codeOf, codeOfPromise, json, names, nested, place, replaced } from '../support/evil.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { checkInvariant, fingerprints, type Fingerprints } from '../support/sweeps/invariant.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';

let plan: Plan;
const finished = sharedFolder();
let undisturbed: Fingerprints;
beforeAll(async () => {
  plan = await tinyPlan({ seeds: [0, 1] });
  await run(plan, { dir: finished });
  undisturbed = await fingerprints(finished);
});

const first = (): string => plan.trials[0]!.id;
const trialFile = (name: string) => (): string => join('trials', first(), name);
const FILES = {
  'sweep.json': () => 'sweep.json',
  'sweep.db': () => 'sweep.db',
  'sweep.db-wal': () => 'sweep.db-wal',
  'sweep.lock': () => 'sweep.lock',
  'sweep.reports.jsonl': () => 'sweep.reports.jsonl',
  'result.json': trialFile('result.json'),
  'attempts.jsonl': trialFile('attempts.jsonl'),
  'metrics.jsonl': trialFile('metrics.jsonl'),
  'checkpoints.jsonl': trialFile('checkpoints.jsonl'),
  'checkpoint-1.safetensors': trialFile('checkpoint-1.safetensors'),
  'checkpoint.safetensors': trialFile('checkpoint.safetensors'),
};

interface Damage {
  readonly how: 'bytes' | 'flip' | 'cut' | 'append' | 'json' | 'empty';
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly value: unknown;
}
const damage: fc.Arbitrary<Damage> = fc.record({
  how: fc.constantFrom('bytes', 'flip', 'cut', 'append', 'json', 'empty'),
  at: fc.nat(),
  bytes: fc.uint8Array({ maxLength: 300 }),
  value: json,
});

function inflict(path: string, { how, at, bytes, value }: Damage): void {
  const there = read(path);
  if (how === 'flip' && there.length > 0) {
    there[at % there.length]! ^= 1 << (at % 8);
    return writeFileSync(path, there);
  }
  if (how === 'cut' && there.length > 0) return truncateSync(path, at % there.length);
  if (how === 'append') return appendFileSync(path, bytes);
  if (how === 'json') return writeFileSync(path, `${JSON.stringify(value)}\n`);
  writeFileSync(path, how === 'empty' ? '' : bytes);
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

describe('a folder in which any one file is damaged in any way', () => {
  it.each(Object.entries(FILES))(
    '(%s) is read, shown and repaired, or refused with a code',
    async (_name, path) => {
      await fc.assert(
        fc.asyncProperty(damage, async (how) => {
          const dir = temporaryFolder();
          cpSync(finished, dir, { recursive: true });
          inflict(join(dir, path()), how);
          await codeOfPromise(() => readSweep(dir));
          await codeOfPromise(() => sweepStatus(dir));
          await codeOfPromise(() => readEpochs(dir, first()));
          await codeOfPromise(() => repairSweep(dir));
          rmSync(dir, { recursive: true });
        }),
        { numRuns: 12 },
      );
    },
  );

  it('is made whole by repair and the same command', async () => {
    const there = Object.values(FILES).filter((path) => existsSync(join(finished, path())));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...there), damage, async (path, how) => {
        const dir = temporaryFolder();
        cpSync(finished, dir, { recursive: true });
        inflict(join(dir, path()), how);
        await codeOfPromise(() => repairSweep(dir));
        const code = await codeOfPromise(() => run(plan, { dir, workers: 1 }));
        if (code === undefined) return checkInvariant(dir, { trials: plan.trials, undisturbed });
        // A lock that seems to belong to another machine.
        expect([path(), code]).toEqual(['sweep.lock', 'E_SWEEP_LOCKED']);
      }),
      { numRuns: 6 },
    );
  });
});

describe('documents with a right checksum and one wrong place', () => {
  const contents = (): { result: unknown; sweep: unknown } => ({
    result: unseal('result', readFileSync(join(finished, FILES['result.json']()), 'utf8')),
    sweep: unseal('sweep', readFileSync(join(finished, 'sweep.json'), 'utf8')),
  });
  const parse = (member: 'result' | 'sweep', value: unknown): string | undefined => {
    const text = seal(member, JSON.stringify(value) ?? 'null');
    return codeOf(() => (member === 'result' ? unsealResult(text, first()) : parseSweepRecord(text)));
  };

  it.each(['result', 'sweep'] as const)('%s.json is accepted, or refused as damaged', (member) => {
    const whole = contents()[member];
    expect(parse(member, whole)).toBeUndefined();
    fc.assert(
      fc.property(place, names, json, (at, name, by) => {
        expect([undefined, 'E_STORE_DAMAGED']).toContain(parse(member, replaced(whole, at, name, by)));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['result', 'sweep'] as const)('%s.json that is nested too deep is refused', (member) => {
    const text = (open: number): string => `{"a":${'['.repeat(open)}${']'.repeat(open)}}`;
    const whole = JSON.stringify(contents()[member]).replaceAll(
      /"trial":\{/g,
      `"trial":{"deep":${text(1e5)},`,
    );
    const sealed = seal(member, whole);
    expect(
      codeOf(() => (member === 'result' ? unsealResult(sealed, first()) : parseSweepRecord(sealed))),
    ).toBe('E_STORE_DAMAGED');
  });
});

it('metrics are read up to the first line without metrics', async () => {
  const epochs = await readEpochs(finished, first());
  expect(epochs).toHaveLength(3);
  fc.assert(
    fc.property(fc.nat(2), place, names, json, (line, at, name, by) => {
      const lines = epochs.map((metrics, i) => (i === line ? replaced(metrics, at, name, by) : metrics));
      const leading = leadingEpochs(lines);
      expect(leading.length).toBeGreaterThanOrEqual(line);
      for (const [i, { epoch, trainNll, seconds }] of leading.entries()) {
        expect([epoch, typeof trainNll, typeof seconds]).toEqual([i + 1, 'number', 'number']);
      }
    }),
  );
  expect(leadingEpochs([epochs[0], null, 5, nested(100)])).toHaveLength(1);
});
