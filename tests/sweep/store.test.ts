import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BbbError, contentId, type SweepOutcome } from '@bbb/core';
import { exitCode } from '@bbb/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '@bbb/cli';
import { newestCheckpoint, writeCheckpoint } from '../../packages/sweep/src/store/checkpoints.js';
import { describeDifferences, differences } from '../../packages/sweep/src/store/diff.js';
import { storing } from '../../packages/sweep/src/store/errors.js';
import { makeFolder } from '../../packages/sweep/src/store/files.js';
import { checkJson } from '../../packages/sweep/src/store/finite.js';
import { cutTorn, parseJsonLines, readJsonLines } from '../../packages/sweep/src/store/json-lines.js';
import { lockOwner, lockSweep } from '../../packages/sweep/src/store/lock/lock.js';
import { processStart } from '../../packages/sweep/src/store/process-identity.js';
import { unsealResult } from '../../packages/sweep/src/store/result-file.js';
import { seal, unseal } from '../../packages/sweep/src/store/sealed.js';
import { parseSweepRecord } from '../../packages/sweep/src/store/sweep-record.js';
import { temporaryFolder } from '../support/folders.js';
import { checkpointBytes, TRIAL } from '../support/sweeps/planned.js';

const codeOf = async (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error as BbbError).code,
  );

describe('a folder', () => {
  it('is made with its parents, by many processes at once', async () => {
    const path = join(temporaryFolder(), 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
    expect(existsSync(path)).toBe(true);
  });

  it.runIf(existsSync('/proc'))("that can't be made is an error, without an endless wait", async () => {
    await expect(makeFolder('/proc/a/b')).rejects.toThrow(/ENOENT/);
  });

  it('is not made in the place of a file', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, '');
    await expect(makeFolder(path)).rejects.toThrow(/EEXIST/);
    await expect(makeFolder(join(path, 'below'))).rejects.toThrow(/ENOTDIR/);
  });
});

describe('sealed JSON', () => {
  it('gives the same value back, and is plain JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = seal('result', JSON.stringify(value));
        expect(unseal('result', text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(JSON.parse(text)).toHaveProperty('result');
      }),
    );
  });

  it('detects any changed, missing or added byte', () => {
    const text = seal('result', JSON.stringify({ accuracy: 0.9823, epochs: [1, 2, 3], note: 'ü' }));
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 32, 128]) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= bit;
        expect(() => unseal('result', changed.toString('utf8')), `byte ${at}, bit ${bit}`).toThrow(BbbError);
      }
      expect(() => unseal('result', bytes.subarray(0, at).toString('utf8'))).toThrow(BbbError);
    }
    expect(() => unseal('result', `${text}x`)).toThrow(BbbError);
    expect(() => unseal('sweep', text)).toThrow(BbbError);
  });

  it('refuses everything else, always with a code', () => {
    const parsers = [(text: string) => unsealResult(text, 'x'), parseSweepRecord];
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.boolean(), (text, sealed) => {
        for (const [i, parse] of parsers.entries()) {
          const input = sealed ? seal(i === 0 ? 'result' : 'sweep', text) : text;
          expect(() => parse(input)).toThrow(expect.objectContaining({ code: 'E_STORE_DAMAGED' }));
        }
      }),
    );
  });
});

describe('JSON lines', () => {
  it('may be cut at any place: whole lines stay, half a line is removed, later ones are readable', async () => {
    const path = join(temporaryFolder(), 'lines.jsonl');
    const values = [{ epoch: 1, note: 'ä' }, { epoch: 2 }, { epoch: 3 }];
    const whole = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const lines = await readJsonLines(path);
      const kept = whole.subarray(0, length).toString('latin1').split('\n').length - 1;
      expect(lines.values).toEqual(values.slice(0, kept));
      await cutTorn(path, lines);
      writeFileSync(path, `${JSON.stringify({ epoch: 9 })}\n`, { flag: 'a' });
      expect((await readJsonLines(path)).values).toEqual([...values.slice(0, kept), { epoch: 9 }]);
    }
  });

  it('end before the first line that is not JSON', () => {
    expect(parseJsonLines(Buffer.from('1\nnonsense\n2\n'))).toEqual({ values: [1], bytes: 2, torn: true });
    expect(parseJsonLines(Buffer.from([0x22, 0xff, 0x22, 0x0a])).values).toEqual([]);
  });

  it('read any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const lines = parseJsonLines(bytes);
        expect(lines.bytes).toBeLessThanOrEqual(bytes.length);
        expect(lines.torn).toBe(lines.bytes < bytes.length);
      }),
    );
  });
});

describe('checkpoints of epochs', () => {
  const newest = async (dir: string, last = 9) => {
    const warnings: string[] = [];
    const found = await newestCheckpoint(dir, TRIAL, last, (message) => warnings.push(message));
    return { epoch: found?.epoch, bytes: found?.bytes, warnings };
  };

  it('keep the previous one until the next is written', async () => {
    const dir = temporaryFolder();
    for (const epoch of [1, 2, 3, 4]) await writeCheckpoint(dir, epoch, checkpointBytes(epoch));
    const kept = readdirSync(dir).filter((name) => name.endsWith('.safetensors'));
    expect(kept.toSorted()).toEqual(['checkpoint-3.safetensors', 'checkpoint-4.safetensors']);
    const { epoch, bytes, warnings } = await newest(dir);
    expect(epoch).toBe(4);
    expect(Buffer.from(bytes!).equals(checkpointBytes(4))).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each<[string, (path: string) => void]>([
    ['a flipped byte', (path) => writeFileSync(path, flipped(readFileSync(path)))],
    ['half a file', (path) => truncateSync(path, 40)],
    ['an empty file', (path) => truncateSync(path, 0)],
    ['a checkpoint of another epoch', (path) => writeFileSync(path, checkpointBytes(2))],
  ])('skip %s, set it aside and report it', async (_what, damage) => {
    const dir = temporaryFolder();
    for (const epoch of [1, 2, 3]) await writeCheckpoint(dir, epoch, checkpointBytes(epoch));
    damage(join(dir, 'checkpoint-3.safetensors'));
    const { epoch, warnings } = await newest(dir);
    expect(epoch).toBe(2);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('checkpoint-3.safetensors is damaged');
    expect(readdirSync(dir).some((name) => name.startsWith('checkpoint-3.safetensors.corrupt-'))).toBe(true);
  });

  it('start again if none is whole', async () => {
    const dir = temporaryFolder();
    await writeCheckpoint(dir, 1, checkpointBytes(1));
    truncateSync(join(dir, 'checkpoint-1.safetensors'), 3);
    expect((await newest(dir)).epoch).toBeUndefined();
  });

  it('are not used beyond the last epoch with metrics, or without their checksum', async () => {
    const dir = temporaryFolder();
    for (const epoch of [1, 2]) await writeCheckpoint(dir, epoch, checkpointBytes(epoch));
    expect((await newest(dir, 1)).epoch).toBe(1);
    writeFileSync(join(dir, 'checkpoints.jsonl'), '');
    expect((await newest(dir, 1)).epoch).toBeUndefined();
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 2]! ^= 1;
  return copy;
}

describe('the lock', () => {
  it('keeps a second coordinator out, with an error that names the first', async () => {
    const dir = temporaryFolder();
    const unlock = await lockSweep(dir);
    const refused = await lockSweep(dir).catch((error: unknown) => error as BbbError);
    expect(refused).toMatchObject({
      code: 'E_SWEEP_LOCKED',
      message: expect.stringContaining(`${process.pid}`),
    });
    expect(await lockOwner(dir)).toMatchObject({ host: hostname(), pid: process.pid });
    await unlock();
    expect(existsSync(join(dir, 'sweep.lock'))).toBe(false);
    await (
      await lockSweep(dir)
    )();
  });

  it('can be taken even if its temporary files are deleted', async () => {
    const dir = temporaryFolder();
    // Deletes temporary files, as the owner of the lock does when it opens the folder.
    const tidy = `const { readdirSync, rmSync } = require('node:fs');
      process.stdout.write('tidying');
      for (;;) for (const name of readdirSync(process.argv[1])) if (name.endsWith('.tmp')) rmSync(process.argv[1] + '/' + name, { force: true });`;
    const child = spawn(process.execPath, ['-e', tidy, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      const thrown: unknown[] = [];
      for (let tries = 0; tries < 100; tries++) {
        const unlock = await lockSweep(dir).catch((error: unknown) => void thrown.push(error));
        await unlock?.();
      }
      // Every attempt may fail, but only with the error that somebody else holds the lock.
      expect(thrown.filter((error) => (error as BbbError).code !== 'E_SWEEP_LOCKED')).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('is taken over from a process that is gone', async () => {
    const dir = temporaryFolder();
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    writeLock(dir, { pid: child.pid!, started: 'x' });
    await (
      await lockSweep(dir)
    )();
  });

  it('is taken over if its pid belongs to another process now', async () => {
    const dir = temporaryFolder();
    writeLock(dir, { pid: process.pid, started: `${processStart(process.pid)} but earlier` });
    const unlock = await lockSweep(dir);
    expect(await lockOwner(dir)).toMatchObject({ host: hostname(), pid: process.pid });
    await unlock();
  });

  it("is never taken over from another host, whose processes can't be seen", async () => {
    const dir = temporaryFolder();
    writeLock(dir, { pid: 1, started: 'x', host: 'elsewhere' });
    const refused = await lockSweep(dir).catch((error: unknown) => error as BbbError);
    expect(refused).toMatchObject({ code: 'E_SWEEP_LOCKED', hint: expect.stringContaining('elsewhere') });
  });

  it('is taken over if its content is invalid', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'sweep.lock'), 'half a l');
    await (
      await lockSweep(dir)
    )();
  });

  it('goes to exactly one of many processes that try at once, every time', async () => {
    for (let round = 0; round < 40; round++) {
      const dir = temporaryFolder();
      writeLock(dir, { pid: 2 ** 22 - 1, started: 'x' });
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockSweep(dir)));
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(readdirSync(dir)).toEqual(['sweep.lock']);
    }
  });

  it('is taken over from a process that died during its own takeover', async () => {
    const dir = temporaryFolder();
    writeLock(dir, { pid: 2 ** 22 - 1, started: 'x' });
    const stale = readFileSync(join(dir, 'sweep.lock'), 'utf8');
    const right = `sweep.lock.${contentId(stale)}.tmp`;
    writeFileSync(
      join(dir, right),
      JSON.stringify({ token: 'u', host: hostname(), pid: 2 ** 22 - 2, started: 'y' }),
    );
    await (
      await lockSweep(dir)
    )();
    expect(readdirSync(dir)).toEqual([]);
  });

  function writeLock(dir: string, owner: { pid: number; started: string; host?: string }): void {
    writeFileSync(join(dir, 'sweep.lock'), JSON.stringify({ token: 't', host: hostname(), ...owner }));
  }
});

describe('processStart', () => {
  it('is the same each time, and the same seen by another process', () => {
    const own = processStart(process.pid);
    expect(own).toMatch(/./);
    const script = `import('${new URL('../../packages/sweep/src/store/process-identity.ts', import.meta.url).href}')
      .then(({ processStart }) => console.log(processStart(${process.pid})))`;
    const seen = execFileSync(process.execPath, ['--import=tsx', '-e', script], { encoding: 'utf8' });
    expect(seen.trim()).toBe(own);
  });

  it('is undefined for a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(processStart(child.pid!)).toBeUndefined();
  });
});

describe('differences', () => {
  it('name what changed, by path', () => {
    const list = differences({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { b: 2, c: [1, 3] }, e: 1 });
    expect(describeDifferences(list)).toBe(
      '  a.b: 1 -> 2\n  a.c.1: 2 -> 3\n  d: 1 -> (none)\n  e: (none) -> 1',
    );
  });

  it('are empty for equal values in any order of members, and not for others', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (object, other) => {
        const reordered = Object.fromEntries(Object.entries(object).toReversed());
        expect(differences(object, reordered)).toEqual([]);
        const wrapped = { ...object, extra: [other] };
        expect(differences({ ...object, extra: undefined }, wrapped)).toHaveLength(1);
      }),
    );
  });
});

describe('checkJson', () => {
  it.each([
    ['NaN', { a: [{ b: Number.NaN }] }, 'E_DIVERGED', '"a.0.b" is NaN'],
    ['infinity', { loss: -Infinity }, 'E_DIVERGED', '"loss" is -Infinity'],
    ['a function', { kl: () => 1 }, 'E_RESULT_SHAPE', '"kl" is a function'],
    ['a bigint', { kl: 1n }, 'E_RESULT_SHAPE', '"kl" is a bigint'],
    ['a typed array', { w: new Float32Array(1) }, 'E_RESULT_SHAPE', '"w" is a Float32Array'],
  ])('finds %s', (_what, value, code, words) => {
    expect(() => checkJson('It', value)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });

  it('accepts everything that JSON can hold', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => checkJson('It', value)));
  });
});

describe('failures of the file system', () => {
  const failing = (code: string): Promise<never> =>
    storing('store a result', () => Promise.reject(Object.assign(new Error(code), { code, path: '/x' })));

  it('are coded', async () => {
    expect(await codeOf(failing('ENOSPC'))).toBe('E_DISK_FULL');
    expect(await codeOf(failing('EDQUOT'))).toBe('E_DISK_FULL');
    for (const code of ['EIO', 'EACCES', 'EMFILE', 'EROFS']) {
      expect(await codeOf(failing(code))).toBe('E_STORE_IO');
    }
  });

  it('leave other errors as they are', async () => {
    const mine = new TypeError('mine');
    await expect(storing('do it', () => Promise.reject(mine))).rejects.toBe(mine);
  });
});

describe('exit codes', () => {
  const outcome = (status: SweepOutcome['status'], signal?: string): SweepOutcome => ({
    status,
    dir: '.',
    counts: { total: 1, done: 0, kept: 0, stoppedEarly: 0, failed: 0, diverged: 0, running: 0, waiting: 1 },
    seconds: 0,
    ...(signal === undefined ? {} : { signal }),
  });

  it('say how a sweep ended', () => {
    expect(exitCode(outcome('done'))).toBe(0);
    expect(exitCode(outcome('failed'))).toBe(1);
    expect(exitCode(outcome('halted'))).toBe(1);
    expect(exitCode(outcome('disk-full'))).toBe(4);
    expect(exitCode(outcome('interrupted'))).toBe(130);
    expect(exitCode(outcome('interrupted', 'SIGINT'))).toBe(130);
    expect(exitCode(outcome('interrupted', 'SIGTERM'))).toBe(143);
  });

  it('say why a sweep did not begin', () => {
    const of = (code: string): number => describeFailure(new BbbError(code, '')).exitCode;
    expect(['E_SWEEP_CHANGED', 'E_SWEEP_LOCKED', 'E_OPTIONS', 'E_NOT_A_SWEEP'].map(of)).toEqual([2, 2, 2, 2]);
    expect(of('E_STORE_DAMAGED')).toBe(3);
    expect(of('E_DISK_FULL')).toBe(4);
    expect(describeFailure(new TypeError('a bug')).exitCode).toBe(1);
  });
});
