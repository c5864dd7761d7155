import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';
import { externalAddresses } from './support/addresses.js';
import { finishedSweep } from './support/sweeps.js';

const folder = sharedFolder();
let dir: string;
beforeAll(async () => {
  dir = join(folder, 'sweep');
  await finishedSweep(dir, 1, 1);
}, 120_000);

/** Runs the command until it prints its address and `then` is done, then stops it. */
async function serve(args: readonly string[], signal: NodeJS.Signals, then?: (url: string) => Promise<void>) {
  let reacted: Promise<void> | undefined;
  const stop = (text: string, child: ChildProcess): void => {
    if (!text.includes('\n')) return;
    reacted ??= (then?.(text.trim()) ?? Promise.resolve()).finally(() => child.kill(signal));
  };
  const ended = await bbb(['serve', dir, '--port', '0', ...args], { onStdout: stop });
  await reacted;
  return ended;
}

describe('bbb serve', () => {
  it('prints where the page is, serves it, and ends well on Ctrl-C', async () => {
    let page = '';
    const { code, stdout, stderr } = await serve([], 'SIGINT', async (url) => {
      page = await (await fetch(url)).text();
    });
    expect(page).toContain('<!doctype html>');
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(stderr).toBe(`${dir} is shown there, live, until Ctrl-C.\n`);
    expect(code).toBe(0);
  });

  it('ends while a browser is connected', async () => {
    let watched: Promise<string> | undefined;
    const { code } = await serve([], 'SIGTERM', async (url) => {
      const response = await fetch(`${url}events`);
      watched = response.text().catch(() => 'cut off');
    });
    expect(code).toBe(0);
    expect(await watched).toBeDefined();
  });

  it('warns when others can see the page, and prints the addresses that let them in', async () => {
    const statuses: number[] = [];
    let printed = '';
    const { code, stdout, stderr } = await serve(['--host', '0.0.0.0'], 'SIGINT', async (url) => {
      printed = url;
      for (const address of [url, new URL('/', url)]) {
        statuses.push((await fetch(address, { redirect: 'manual' })).status);
      }
    });
    expect(statuses).toEqual([303, 401]);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{24}\n$/);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: everyone who has the whole address');
    const others = externalAddresses('IPv4').map((address) => printed.replace('127.0.0.1', address));
    expect(stderr.match(/^ {2}http.*$/gm) ?? []).toEqual(others.map((url) => `  ${url}`));
  });

  it('says so when a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => other.once('listening', ready));
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await bbb(['serve', dir, '--port', String(port)]);
    other.close();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error: Another program uses port ${port} of 127.0.0.1.`);
    expect(stderr).toContain('--port 0');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('shows folders of sweeps only', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const [nothing, other] = await Promise.all([
      bbb(['serve', join(folder, 'none')]),
      bbb(['serve', empty, '--port', '0']),
    ]);
    expect([nothing.code, other.code]).toEqual([2, 2]);
    expect(nothing.stderr).toContain('error: There is no folder');
    expect(other.stderr).toContain('holds no sweep');
  });

  it('suggests the nearest option', async () => {
    const [option, port, help] = await Promise.all([
      bbb(['serve', dir, '--prot', '1']),
      bbb(['serve', dir, '--port', '70000']),
      bbb(['serve', '--help']),
    ]);
    expect([option.code, port.code, help.code]).toEqual([2, 2, 0]);
    expect(option.stderr).toContain('Did you mean --port?');
    expect(port.stderr).toContain('a port from 0 (any that is free) to 65535');
    expect(help.stdout).toContain('0.0.0.0: other machines too');
  });
});
