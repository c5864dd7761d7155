import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeSafetensors, rootKey, uniform, type SafeTensor } from '@bbb/core';
import type { ClassAnswer } from '@bbb/predict';
import { beforeAll, describe, expect, it } from 'vitest';
import { typedCommands } from '../support/typed-commands.js';
import { bbb, type Ended } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const guide = readFileSync(new URL('../../docs/guides/deploy.md', import.meta.url), 'utf8');
const file = (name: string): string =>
  fileURLToPath(new URL(`../../docs/guides/deploy/${name}`, import.meta.url));
const commands = typedCommands(guide);

/** The code of the guide after the comment that names a file. */
function shown(name: string): string | undefined {
  const [, behind = ''] = guide.split(`<!-- docs/guides/deploy/${name}`);
  return /```(?:ts|js)\n([\s\S]*?)```/.exec(behind)?.[1];
}

/** Saves an MLP as PyTorch would. */
function stateDict(): Uint8Array {
  const tensor = (seed: number, ...shape: number[]): SafeTensor => {
    const size = shape.reduce((a, b) => a * b, 1);
    return {
      dtype: 'F32',
      shape,
      data: uniform(rootKey(seed), size, -0.05, 0.05) as Float32Array<ArrayBuffer>,
    };
  };
  const layers = {
    'fc1.weight': tensor(1, 8, 784),
    'fc1.bias': tensor(2, 8),
    'fc2.weight': tensor(3, 10, 8),
    'fc2.bias': tensor(4, 10),
  };
  return encodeSafetensors(layers, {});
}

describe('the guide from a trial to an answer', () => {
  const folder = sharedFolder();
  let trial: string;
  const at = (path: string): string => join(folder, path);
  const ran = new Set<string>();

  beforeAll(async () => {
    for (const name of ['save-digits.mts', 'ask.mjs']) copyFileSync(file(name), at(name));
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), at('node_modules'));
    writeFileSync(at('net.safetensors'), stateDict());
  });

  /** Runs the command of the guide that begins with this text. The test expands `trials/*` as a shell would. */
  async function typed(begin: string): Promise<Ended> {
    const line = commands.find((one) => one.startsWith(begin) && !ran.has(one));
    if (line === undefined) throw new Error(`The guide has no (other) command ${begin}`);
    ran.add(line);
    const ended = await bbb(
      line
        .replace('runs/digits/trials/*', trial ?? '')
        .split(' ')
        .slice(2),
      {
        cwd: folder,
      },
    );
    expect(ended.code, `${line}\n${ended.stderr}`).toBe(0);
    return ended;
  }
  function node(...args: readonly string[]): string {
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    return stdout;
  }

  it('shows exactly the files that are run and checked', () => {
    for (const name of ['ask.mjs', 'page.ts']) expect(shown(name)).toBe(readFileSync(file(name), 'utf8'));
  });

  it('trains, chooses, exports and answers, command by command', async () => {
    await typed('npx bbb train');
    trial = join('runs/digits/trials', readdirSync(at('runs/digits/trials'))[0]!);
    expect((await typed('npx bbb report')).stdout).toMatch(/25(\.00)? %/);
    expect((await typed('npx bbb evaluate')).stdout).toContain('Average of 10 draws');
    const exported = await typed('npx bbb export runs/digits');
    for (const name of ['model.bbb', 'model.onnx', 'model.json']) {
      expect(exported.stdout).toContain(name);
      expect(existsSync(at(`ship/${name}`))).toBe(true);
    }
    expect(exported.stdout).not.toContain('no calibration');

    ran.add('npx tsx save-digits.mts');
    node('--import=tsx', 'save-digits.mts');
    const printed = await typed('npx bbb predict ship/model.bbb');
    expect(printed.stdout).toMatch(/digit-0\.png +7 +\d+\.\d % +\{7[^}]*\}/);
    const table = printed.stdout.split('\n').slice(1, 4);
    const digits = table.map((line) =>
      line.includes('not sure') ? 'not sure' : /png +(\d)/.exec(line)![1]!,
    );
    const fromNode = node('ask.mjs', 'digit-0.png', 'digit-1.png', 'digit-8.png').trim().split('\n');
    expect(fromNode.map((line) => /png (not sure|\d)/.exec(line)![1])).toEqual(digits);

    const { stdout } = await typed('npx bbb predict runs/digits');
    const [answer] = (JSON.parse(stdout) as { answers: ClassAnswer[] }).answers;
    expect(answer).toMatchObject({ class: 7, sure: expect.any(Boolean) as boolean });
    expect(answer!.probability).toBeLessThanOrEqual(1);
    await typed('npx bbb export runs/digits');
    expect(existsSync(at('ship/page/index.html'))).toBe(true);
  }, 300_000);

  it('takes a network from elsewhere to an answer', async () => {
    expect((await typed('npx bbb import')).stdout).toContain('test accuracy on mnist');
    await typed('npx bbb prune runs/elsewhere');
    await typed('npx bbb export runs/elsewhere');
    expect((await typed('npx bbb predict ship-elsewhere')).stdout).toMatch(/digit-0\.png +\d/);
    // The network of this test has random weights.
    expect((await typed('npx bbb predict runs/elsewhere')).stdout).toMatch(/digit-0\.png +not sure/);
  }, 300_000);

  it('has only commands that are run here', () => {
    // Two other tests run the installation and the commands that run until Ctrl-C: tests/predict/deploy-guide and tests/serve/demo.
    const others = commands.filter((line) => !ran.has(line));
    expect(others).toEqual([
      'npm install @bbb/predict fast-png',
      'npx tsx service.ts ship/model.bbb',
      'curl --data-binary @example.bin http://127.0.0.1:8080/',
      'npx bbb serve ship/model.bbb',
    ]);
  });
});
