import { chmod, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadDataset, type DownloadProgress, type LoadOptions } from 'mnist-data-loader';
import { failure, fileName, published, smallSet, type Files } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';

type Answer = (file: string, content: Buffer, response: ServerResponse, request: IncomingMessage) => void;

interface Server {
  readonly url: string;
  /** The requested files, in order. */
  readonly asked: string[];
}

const whole: Answer = (_file, content, response) => {
  response.setHeader('content-length', content.length);
  response.end(content);
};

/** A real server on this machine. It serves the set gzipped, with the answers of `answer`. */
async function serve(files: Files, answer: Answer = whole): Promise<Server> {
  const packed = new Map(
    Object.entries(files).map(([role, content]) => [
      `${fileName(role as keyof Files)}.gz`,
      gzipSync(content),
    ]),
  );
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const file = request.url!.slice('/set/'.length);
    asked.push(file);
    const content = packed.get(file);
    if (content) answer(file, content, response, request);
    else response.writeHead(404).end('not here');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(
    () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/set/`, asked };
}

/** Answers as usual, except for one file. */
const but =
  (victim: string, answer: Answer): Answer =>
  (file, ...rest) =>
    (file.startsWith(victim) ? answer : whole)(file, ...rest);

async function options(extra?: LoadOptions): Promise<LoadOptions & { cacheDir: string }> {
  return { env: {}, ...extra, cacheDir: extra?.cacheDir ?? temporaryFolder() };
}

const cached = async (cacheDir: string): Promise<string[]> =>
  (await readdir(join(cacheDir, 'tiny'))).toSorted();
const all = [
  't10k-images-idx3-ubyte.gz',
  't10k-labels-idx1-ubyte.gz',
  'train-images-idx3-ubyte.gz',
  'train-labels-idx1-ubyte.gz',
];

describe('a download', () => {
  it('fills the cache once, with progress', async () => {
    const files = smallSet();
    const server = await serve(files);
    const set = published(files, { mirrors: [server.url] });
    const seen: DownloadProgress[] = [];
    const where = await options({ onProgress: (progress) => seen.push(progress) });

    const dataset = await loadDataset(set, where);
    expect(dataset.source).toBe(join(where.cacheDir, 'tiny'));
    expect(dataset.sha256).toEqual(set.sha256);
    expect(await cached(where.cacheDir)).toEqual(all);
    expect(seen.at(-1)).toMatchObject({ name: 'tiny', file: 't10k-labels-idx1-ubyte.gz' });
    for (const { received, total } of seen) expect(received).toBeLessThanOrEqual(total!);
    expect(seen.filter(({ received, total }) => received === total).length).toBe(4);

    await loadDataset(set, where);
    expect(server.asked.length).toBe(4);
  });

  it('uses other mirrors by option or environment', async () => {
    const files = smallSet();
    const set = published(files, { mirrors: ['http://127.0.0.1:9/never/'] });
    const server = await serve(files);
    await loadDataset(set, await options({ mirrors: [server.url] }));
    // The slash at the end of an address may be missing.
    await loadDataset(set, await options({ env: { BBB_DATA_MIRROR: server.url.slice(0, -1) } }));
    expect(server.asked.length).toBe(8);
  });

  it('accepts a server that unpacks on the way (Content-Encoding: gzip)', async () => {
    const files = smallSet();
    const server = await serve(files, (_file, content, response) =>
      response.setHeader('content-encoding', 'gzip').setHeader('content-length', content.length).end(content),
    );
    const where = await options();
    await loadDataset(published(files, { mirrors: [server.url] }), where);
    expect((await loadDataset(published(files), { ...where, download: false })).train.count).toBe(30);
  });
});

describe('a download that goes wrong', () => {
  const wrong: [string, Answer, RegExp][] = [
    ['404', (_f, _c, response) => response.writeHead(404).end(), /HTTP 404/],
    ['500', (_f, _c, response) => response.writeHead(500).end('oops'), /HTTP 500/],
    [
      'another file',
      (_f, _c, response) => response.end(gzipSync(smallSet(5)['t10k-images'])),
      /not the published file: SHA-256/,
    ],
    ['a web page', (_f, _c, response) => response.end('<html>log in</html>'), /not an IDX file/],
    [
      'a damaged file',
      (_f, content, response) => response.end(content.map((b, i) => (i === 60 ? b ^ 1 : b))),
      /damaged|SHA-256/,
    ],
    [
      'a truncated file in a complete response',
      (_f, content, response) => response.end(content.subarray(0, -40)),
      /truncated/,
    ],
    ['nothing', (_f, _c, response) => response.end(), /0 bytes/],
    [
      'a broken connection',
      (_f, content, response) => {
        response.setHeader('content-length', content.length);
        response.write(content.subarray(0, 50), () => response.destroy());
      },
      /terminated/,
    ],
    [
      'a redirect to nowhere',
      (_f, _c, response) => response.writeHead(302, { location: '/set/gone' }).end(),
      /HTTP 404/,
    ],
  ];

  it.each(wrong)(
    'by %s is reported, keeps no wrong file, and goes on with the missing files',
    async (_title, answer, message) => {
      const files = smallSet();
      const server = await serve(files, but('t10k-images', answer));
      const set = published(files, {
        mirrors: [server.url],
        debian: { name: 'dataset-tiny', dir: '/nowhere' },
      });
      const where = await options();
      const error = await failure(loadDataset(set, where));
      expect(error).toMatchObject({
        code: 'E_DATA_DOWNLOAD',
        message: expect.stringMatching(message),
        hint: expect.stringContaining('apt install dataset-tiny'),
      });
      expect(error.message).toContain(server.url);
      // Two files were complete before the third failed. Its part is deleted.
      expect(await cached(where.cacheDir)).toEqual([
        'train-images-idx3-ubyte.gz',
        'train-labels-idx1-ubyte.gz',
      ]);

      const good = await serve(files);
      await loadDataset(set, { ...where, mirrors: [good.url] });
      expect(good.asked).toEqual(['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz']);
    },
  );

  it('falls back to the next mirror', async () => {
    const files = smallSet();
    const broken = await serve(files, (_f, _c, response) => response.writeHead(503).end());
    const good = await serve(files);
    const dataset = await loadDataset(published(files, { mirrors: [broken.url, good.url] }), await options());
    expect(dataset.train.count).toBe(30);
    expect(broken.asked.length).toBe(4);
  });

  it('because there is no network is reported, with every mirror that was tried', async () => {
    const closed = await serve(smallSet());
    const set = published(smallSet(), {
      mirrors: ['http://127.0.0.1:9/a/', 'http://no-such-host.invalid/b/'],
    });
    const error = await failure(loadDataset(set, await options()));
    expect(error.code).toBe('E_DATA_DOWNLOAD');
    expect(error.message).toContain('http://127.0.0.1:9/a/');
    expect(error.message).toMatch(/no-such-host\.invalid\/b\/ \(fetch failed: /);
    expect(closed.asked).toEqual([]);
  });

  it('because the server stops sending is given up', async () => {
    const files = smallSet();
    const silent = await serve(
      files,
      (_f, content, response) => void response.write(content.subarray(0, 30)),
    );
    const error = await failure(
      loadDataset(published(files, { mirrors: [silent.url] }), await options({ stallMs: 200 })),
    );
    expect(error).toMatchObject({
      code: 'E_DATA_DOWNLOAD',
      message: expect.stringContaining('no data for 0.2 s'),
    });
  });

  it('because it was aborted leaves no partial file', async () => {
    const files = smallSet();
    const stop = new AbortController();
    const slow = await serve(files, (_f, content, response) => {
      response.write(content.subarray(0, 30));
    });
    const where = await options({ signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(loadDataset(published(files, { mirrors: [slow.url, slow.url] }), where)).rejects.toThrow(
      'enough',
    );
    expect(slow.asked.length).toBe(1);
    expect(await cached(where.cacheDir)).toEqual([]);
  });

  it("because the cache can't be written is reported with the folder", async () => {
    const files = smallSet();
    const server = await serve(files);
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, '');
    expect(
      await failure(
        loadDataset(published(files, { mirrors: [server.url] }), await options({ cacheDir: file })),
      ),
    ).toMatchObject({ code: 'E_DATA_CACHE', hint: expect.stringContaining('BBB_CACHE_DIR') });

    const dir = temporaryFolder();
    await mkdir(join(dir, 'tiny'));
    await chmod(dir, 0o755);
    await chmod(join(dir, 'tiny'), 0o555);
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid!(65534);
    try {
      expect(
        await failure(loadDataset(published(files, { mirrors: [server.url] }), { env: {}, cacheDir: dir })),
      ).toMatchObject({ code: 'E_DATA_CACHE', message: expect.stringContaining('EACCES') });
    } finally {
      if (root) process.seteuid!(0);
    }
    expect(server.asked.length).toBe(1);
  });

  it('that was killed is removed by a later one, but not while it may still run', async () => {
    const files = smallSet();
    const server = await serve(files);
    const where = await options();
    const dir = join(where.cacheDir, 'tiny');
    await mkdir(dir);
    await writeFile(join(dir, '.old.part'), 'x');
    await utimes(join(dir, '.old.part'), 1, 1);
    await writeFile(join(dir, '.new.part'), 'x');
    await loadDataset(published(files, { mirrors: [server.url] }), where);
    expect(await cached(where.cacheDir)).toEqual(['.new.part', ...all]);
  });

  it('in another process may finish its file while this one reads it', async () => {
    const files = smallSet();
    const server = await serve(files);
    const where = await options();
    const dir = join(where.cacheDir, 'tiny');
    await mkdir(dir);
    // The folder lists a part that does not exist any more, as if it had been renamed in between.
    await symlink('renamed', join(dir, '.gone.part'));
    await loadDataset(published(files, { mirrors: [server.url] }), where);
    expect(await cached(where.cacheDir)).toEqual(['.gone.part', ...all]);
  });

  it('that is changed later in the cache is detected', async () => {
    const files = smallSet();
    const server = await serve(files);
    const set = published(files, { mirrors: [server.url] });
    const where = await options();
    await loadDataset(set, where);
    const path = join(where.cacheDir, 'tiny', 'train-labels-idx1-ubyte.gz');
    await writeFile(path, gzipSync(smallSet(3)['train-labels']));
    expect(await failure(loadDataset(set, where))).toMatchObject({ code: 'E_DATA_HASH' });
    expect((await readFile(path)).length).toBeGreaterThan(0);
  });
});
