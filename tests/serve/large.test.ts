import { join } from 'node:path';
import { serveSweep, type Serving, type Snapshot } from '@bbb/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeLargeSweep } from '../../bench/report/folder.js';
import { sharedFolder } from '../support/folders.js';

const TRIALS = 400;

describe('a sweep of many trials', () => {
  const folder = sharedFolder();
  let serving: Serving;
  beforeAll(async () => {
    const dir = join(folder, 'sweep');
    writeLargeSweep(dir, TRIALS, 'search');
    serving = await serveSweep({ dir, port: 0 });
  });
  afterAll(async () => {
    await serving?.close();
  });

  it('has its page while the report is made', async () => {
    const order: string[] = [];
    const ask = async (path: string): Promise<void> => {
      const response = await fetch(`${serving.url}${path}`);
      expect(response.status).toBe(200);
      await response.text();
      order.push(path);
    };
    await Promise.all([ask('report'), ask('').then(() => ask('main.js'))]);
    expect(order).toEqual(['', 'main.js', 'report']);
  });

  it('is finally complete, trial by trial', async () => {
    const state = async (): Promise<Snapshot> =>
      (await (await fetch(`${serving.url}api/state`)).json()) as Snapshot;
    expect((await state()).trials).toHaveLength(TRIALS);
    await expect.poll(async () => (await state()).summary.unread).toBe(0);
    for (const { state: at, testError, curve, seconds } of (await state()).trials) {
      expect([at, typeof testError, curve.length, typeof seconds]).toEqual(['done', 'number', 10, 'number']);
    }
  });
});
