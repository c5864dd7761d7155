import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { loadDataset, loadFolder, type FileRole } from 'mnist-data-loader';
import { bytes, failure, idx, fileName, published, smallSet, writeSet } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';

describe('a folder of IDX files', () => {
  const namings: [string, (role: FileRole) => string][] = [
    ['the usual names', fileName],
    ['gzipped', (role) => `${fileName(role)}.gz`],
    ['.idx3-ubyte', (role) => fileName(role).replace('-idx', '.idx')],
    ['a prefix and "test"', (role) => `emnist-letters-${fileName(role).replace('t10k', 'test')}.gz`],
  ];
  it.each(namings)('is loaded with %s', async (_title, name) => {
    const files = smallSet();
    const dir = await writeSet(temporaryFolder(), files, name);
    const set = await loadDataset({ name: 'own', dir });
    expect(set).toMatchObject({ name: 'own', rows: 5, cols: 4, classes: 10, source: dir });
    expect([set.train.count, set.test.count]).toEqual([30, 12]);
    expect(Buffer.from(set.train.images).equals(files['train-images'].subarray(16))).toBe(true);
    expect(Buffer.from(set.test.labels).equals(files['t10k-labels'].subarray(8))).toBe(true);
    expect(set.sha256).toEqual(published(files).sha256);
  });

  it('is loaded by its path, and named after it', async () => {
    const dir = await writeSet(join(temporaryFolder(), 'kuzushiji'), smallSet());
    expect((await loadDataset(`${dir}/`)).name).toBe('kuzushiji');
  });

  it('gets as many classes as its labels need, or as the caller gives', async () => {
    const labels = idx(
      [30],
      Uint8Array.from({ length: 30 }, (_, i) => i % 4),
    );
    const few = { ...smallSet(), 'train-labels': labels, 't10k-labels': idx([12], new Uint8Array(12)) };
    const dir = await writeSet(temporaryFolder(), few);
    expect((await loadFolder(dir, { name: 'own' })).classes).toBe(4);
    expect((await loadFolder(dir, { name: 'own', classes: 7 })).classes).toBe(7);
    expect(await failure(loadFolder(dir, { name: 'own', classes: 3 }))).toMatchObject({
      code: 'E_DATA_LABEL',
      message: expect.stringMatching(/train-labels.*label 3 at position 3.*0 to 2/),
    });
  });

  it('prefers a plain file to a gzipped one beside it', async () => {
    const dir = await writeSet(temporaryFolder(), smallSet(), (role) => `${fileName(role)}.gz`);
    await writeFile(join(dir, 'train-labels-idx1-ubyte.gz'), 'not read');
    await writeSet(dir, { 'train-labels': smallSet()['train-labels'] });
    expect((await loadFolder(dir, { name: 'own' })).train.count).toBe(30);
  });
});

describe('memory', () => {
  it('is shared by all threads', async () => {
    const set = await loadFolder(await writeSet(temporaryFolder(), smallSet()), { name: 'own' });
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(set);
    const { message } = receiveMessageOnPort(port2) as { message: typeof set };
    port1.close();
    expect(message).toEqual(set);
    message.train.images[0] = 200;
    message.test.labels[11] = 9;
    expect(set.train.images[0]).toBe(200);
    expect(set.test.labels[11]).toBe(9);

    const worker = new Worker(
      `const { train } = require('node:worker_threads').workerData.set; train.images[1] = 77;`,
      { eval: true, execArgv: [], workerData: { set } },
    );
    await new Promise((done) => worker.once('exit', done));
    expect(set.train.images[1]).toBe(77);
  });
});

describe('an error says what is wrong', () => {
  const broken: [string, Partial<Record<FileRole, Buffer>>, string, RegExp][] = [
    [
      'images and labels do not match',
      { 'train-labels': idx([29], new Uint8Array(29)) },
      'E_DATA_COUNT',
      /train-images.*30 images.*train-labels.*29 labels/,
    ],
    [
      'test images have another size',
      { 't10k-images': idx([12, 4, 5], bytes(240, 1)) },
      'E_DATA_SHAPE',
      /5 x 4.*4 x 5/,
    ],
    [
      'labels have the name of images',
      { 'train-images': smallSet()['train-labels'] },
      'E_DATA_SHAPE',
      /\[30\]/,
    ],
    [
      'images have the name of labels',
      { 'train-labels': smallSet()['train-images'] },
      'E_DATA_SHAPE',
      /\[30, 5, 4\]/,
    ],
    [
      'there are no images',
      { 'train-images': idx([0, 5, 4], new Uint8Array()) },
      'E_DATA_SHAPE',
      /\[0, 5, 4\]/,
    ],
    [
      'a file is truncated',
      { 't10k-images': smallSet()['t10k-images'].subarray(0, 100) },
      'E_DATA_IDX_LENGTH',
      /truncated: 100 bytes.*12 x 5 x 4 takes 256/,
    ],
    [
      'a file is a web page',
      { 't10k-labels': Buffer.from('<html>404</html>') },
      'E_DATA_IDX_MAGIC',
      /not an IDX file/,
    ],
    ['a file is empty', { 't10k-labels': Buffer.alloc(0) }, 'E_DATA_IDX_LENGTH', /0 bytes/],
  ];
  it.each(broken)('when %s', async (_title, replacement, code, message) => {
    const dir = await writeSet(temporaryFolder(), { ...smallSet(), ...replacement });
    const error = await failure(loadFolder(dir, { name: 'own' }));
    expect(error).toMatchObject({ name: 'DataError', code, message: expect.stringMatching(message) });
    expect(error.hint).toBeTruthy();
  });

  it('when files or the folder are not there', async () => {
    const dir = temporaryFolder();
    const some = await writeSet(join(dir, 'some'), { 'train-images': smallSet()['train-images'] });
    expect(await failure(loadDataset({ name: 'own', dir: some }))).toMatchObject({
      code: 'E_DATA_MISSING',
      message: `${some} lacks train-labels-idx1-ubyte[.gz], t10k-images-idx3-ubyte[.gz], t10k-labels-idx1-ubyte[.gz].`,
    });
    expect(await failure(loadDataset(join(dir, 'none')))).toMatchObject({
      code: 'E_DATA_MISSING',
      message: `The folder ${join(dir, 'none')} does not exist.`,
    });
  });

  it('when two sets lie together', async () => {
    const dir = await writeSet(temporaryFolder(), smallSet());
    await writeSet(dir, smallSet(2), (role) => `emnist-${fileName(role)}`);
    expect(await failure(loadFolder(dir, { name: 'own' }))).toMatchObject({ code: 'E_DATA_AMBIGUOUS' });
  });

  it('when the folder is a file, a file is a folder, a device, or a link to nothing', async () => {
    const dir = await writeSet(temporaryFolder(), smallSet());
    const path = join(dir, 'train-images-idx3-ubyte');
    expect(await failure(loadDataset(path))).toMatchObject({
      code: 'E_DATA_UNREADABLE',
      message: expect.stringContaining('not a folder'),
    });
    for (const [make, code] of [
      [() => mkdir(path), 'E_DATA_UNREADABLE'],
      [() => symlink('/dev/zero', path), 'E_DATA_UNREADABLE'],
      [() => symlink(join(dir, 'gone'), path), 'E_DATA_MISSING'],
    ] as const) {
      execFileSync('rm', ['-rf', path]);
      await make();
      expect(await failure(loadFolder(dir, { name: 'own' }))).toMatchObject({ code });
    }
  });

  it('when reading is not permitted', async () => {
    const dir = await writeSet(temporaryFolder(), smallSet());
    const path = join(dir, 't10k-labels-idx1-ubyte');
    await chmod(dir, 0o755);
    await chmod(path, 0);
    // Root may read everything, so the test reads as another user.
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid!(65534);
    try {
      expect(await failure(loadFolder(dir, { name: 'own' }))).toMatchObject({
        code: 'E_DATA_UNREADABLE',
        message: `${path} can't be read: permission denied.`,
        hint: expect.stringContaining('chmod'),
      });
    } finally {
      if (root) process.seteuid!(0);
    }
  });
});
