import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { loadDataset } from 'mnist-data-loader';
import { describe, expect, it } from 'vitest';
import { bytes, idx, temporaryFolder, writeSet } from '../mnist-data-loader/files.js';
import { write } from '../plugins/images/pictures.js';
import { bbb } from './run.js';

const TINY =
  '--no-config --hidden 8 --epochs 1 --batch 32 --validation 50 --prune 0,0.5 --samples 1 --ood none --quiet'.split(
    ' ',
  );

/** What stands behind the header of each network of a sweep: its tensors. */
function tensors(dir: string): string[] {
  const trials = join(dir, 'trials');
  const files = readdirSync(trials).map((id) => readFileSync(join(trials, id, 'checkpoint.safetensors')));
  return files.map((file) => file.subarray(8 + Number(file.readBigUInt64LE())).toString('hex')).toSorted();
}

describe('bbb sweep on a folder of pictures', () => {
  it('gives the same networks as on IDX files of the same pictures', async () => {
    const root = await temporaryFolder();
    const { train, test } = await loadDataset('mnist');
    const files: Record<string, Uint8Array> = {};
    for (const [part, { images, labels }, count] of [
      ['train', train, 300],
      ['test', test, 60],
    ] as const) {
      for (let i = 0; i < count; i++) {
        const data = Uint8Array.from(images.subarray(i * 784, (i + 1) * 784));
        const name = `${part}/${labels[i]}/${String(i).padStart(4, '0')}.png`;
        files[name] = encode({ width: 28, height: 28, channels: 1, depth: 8, data });
      }
    }
    const pictures = write(join(root, 'pictures'), files);
    const arrays = await writeSet(join(root, 'arrays'), {
      'train-images': idx([300, 28, 28], train.images.subarray(0, 300 * 784)),
      'train-labels': idx([300], train.labels.subarray(0, 300)),
      't10k-images': idx([60, 28, 28], test.images.subarray(0, 60 * 784)),
      't10k-labels': idx([60], test.labels.subarray(0, 60)),
    });
    const env = { BBB_CACHE_DIR: join(root, 'cache') };
    const run = (dataset: string, data: string) =>
      bbb(
        [
          'sweep',
          '--dataset',
          dataset,
          '--data-dir',
          data,
          '--methods',
          'sgd,bbb-mixture',
          ...TINY,
          '--dir',
          join(root, dataset),
        ],
        { env },
      );
    const [one, two] = [await run('images', pictures), await run('idx', arrays)];
    expect([one.code, two.code], one.stderr + two.stderr).toEqual([0, 0]);
    expect(tensors(join(root, 'images'))).toHaveLength(2);
    expect(tensors(join(root, 'images'))).toEqual(tensors(join(root, 'idx')));
    // The same data, by their hashes: results are accepted as results of the others.
    const report = await bbb(['report', join(root, 'images'), '--format', 'json', '--data-dir', pictures], {
      env,
    });
    expect(report.code, report.stderr).toBe(0);
  });

  it('with a broken picture ends with exit code 2, one error that names it, and nothing written', async () => {
    const root = await temporaryFolder();
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
