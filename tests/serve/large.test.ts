import { join } from 'node:path';
import { serveSweep, type Serving } from '@bbb/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeLargeSweep } from '../../bench/report/folder.js';
import { temporaryFolder } from '../cli/run.js';

const TRIALS = 400;

describe('a sweep of many trials', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let serving: Serving;
  beforeAll(async () => {
    folder = await temporaryFolder();
    const dir = join(folder.path, 'sweep');
    writeLargeSweep(dir, TRIALS, 'search');
    serving = await serveSweep({ dir, port: 0 });
  });
  afterAll(async () => {
    await serving?.close();
    await folder.remove();
  });

  it('has its page while its report is made', async () => {
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
});
