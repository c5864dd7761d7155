import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { loadDataset } from 'mnist-data-loader';
import { expect } from 'vitest';
import { idx, writeSet } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';
import { write } from '../support/pictures.js';
import { bbb } from '../support/command-line.js';

/** The smallest trial that trains, measures and prunes. */
export const TINY =
  '--no-config --hidden 8 --epochs 1 --batch 32 --validation 50 --prune 0,0.5 --samples 1 --ood none --quiet'.split(
    ' ',
  );

/** The tensors of each network of a sweep: the bytes after the header of its checkpoint. */
function tensors(dir: string): string[] {
  const trials = join(dir, 'trials');
  const files = readdirSync(trials).map((id) => readFileSync(join(trials, id, 'checkpoint.safetensors')));
  return files.map((file) => file.subarray(8 + Number(file.readBigUInt64LE())).toString('hex')).toSorted();
}

/** Trains on pictures of MNIST as PNG files and as IDX files. Both must give the same networks, byte for byte. */
export async function expectSameNetworks(trained: number, tested: number): Promise<void> {
  const root = temporaryFolder();
  const { train, test } = await loadDataset('mnist');
  const files: Record<string, Uint8Array> = {};
  for (const [part, { images, labels }, count] of [
    ['train', train, trained],
    ['test', test, tested],
  ] as const) {
    for (let i = 0; i < count; i++) {
      const data = Uint8Array.from(images.subarray(i * 784, (i + 1) * 784));
      const name = `${part}/${labels[i]}/${String(i).padStart(4, '0')}.png`;
      files[name] = encode({ width: 28, height: 28, channels: 1, depth: 8, data });
    }
  }
  const pictures = write(join(root, 'pictures'), files);
  const arrays = await writeSet(join(root, 'arrays'), {
    'train-images': idx([trained, 28, 28], train.images.subarray(0, trained * 784)),
    'train-labels': idx([trained], train.labels.subarray(0, trained)),
    't10k-images': idx([tested, 28, 28], test.images.subarray(0, tested * 784)),
    't10k-labels': idx([tested], test.labels.subarray(0, tested)),
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
  // Both data sets have the same hashes, so results of one are accepted as results of the other.
  const report = await bbb(['report', join(root, 'images'), '--format', 'json', '--data-dir', pictures], {
    env,
  });
  expect(report.code, report.stderr).toBe(0);
}
