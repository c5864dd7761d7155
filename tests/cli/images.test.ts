import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { bytes } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';
import { write } from '../support/pictures.js';
import { bbb } from '../support/command-line.js';
import { expectSameNetworks, TINY } from './same-pictures.js';

describe('bbb sweep on a folder of pictures', () => {
  it('gives the same networks as on IDX files of the same pictures', async () => {
    await expectSameNetworks(300, 60);
  });

  it('with a broken picture ends with exit code 2, one error that names it, and nothing written', async () => {
    const root = temporaryFolder();
    const data = encode({ width: 4, height: 4, channels: 1, depth: 8, data: bytes(16, 1) });
    const folder = write(join(root, 'pictures'), {
      'a/1.png': data,
      'b/1.png': data,
      'b/2.png': data.subarray(0, 60),
    });
    const env = { BBB_CACHE_DIR: join(root, 'cache') };
    const out = join(root, 'out');
    const ended = await bbb(['sweep', '--dataset', 'images', '--data-dir', folder, ...TINY, '--dir', out], {
      env,
    });
    expect(ended.code).toBe(2);
    expect(ended.stderr.match(/^error: /gm)).toHaveLength(1);
    expect(ended.stderr.replaceAll(/\n +/g, ' ')).toContain(
      `${join(folder, 'b/2.png')} is damaged: it is cut off after 60 bytes`,
    );
    expect(ended.stderr.match(/^hint: /gm)).toHaveLength(1);
    expect(ended.stdout).toBe('');
    expect([existsSync(out), existsSync(env.BBB_CACHE_DIR)]).toEqual([false, false]);
  });
});
