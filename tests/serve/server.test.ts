import { request, type IncomingHttpHeaders } from 'node:http';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  serveSweep,
  type Message,
  type Serving,
  type Snapshot,
  type SweepRow,
  type TrialDetail,
} from '@bbb/serve';
import { readSweep } from '@bbb/sweep';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedFolder } from '../support/folders.js';
import { externalAddresses, hasIPv6 } from './support/addresses.js';
import { messagesOf } from './support/events.js';
import { divergedSweep, finishedSweep, startSweep } from './support/sweeps.js';

/** The trials are long enough for a decision to reach them before they end. */
const EPOCHS = 6;

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const folder = sharedFolder();
let dir: string;
let serving: Serving;
beforeAll(async () => {
  dir = join(folder, 'sweep');
  await finishedSweep(dir, 6, EPOCHS);
  serving = await serveSweep({ dir, port: 0 });
}, 120_000);
afterAll(async () => {
  await serving?.close();
});

/** Sends the path unchanged: `fetch` would normalise it. */
function ask(
  path: string,
  options: { method?: string; host?: string; url?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const { hostname, port, host } = new URL(options.url ?? serving.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname: hostname.replaceAll(/[[\]]/g, ''),
        port,
        path,
        method: options.method ?? 'GET',
        headers: { host: options.host ?? host, ...options.headers },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      },
    );
    sent.on('error', reject).end();
  });
}

const state = async (): Promise<Snapshot> => JSON.parse((await ask('/api/state')).body) as Snapshot;

describe('requests', () => {
  it('get the page and its files, which may load nothing from other hosts', async () => {
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/main.js', 'text/javascript'],
      ['/style.css', 'text/css'],
    ] as const) {
      const { status, headers, body } = await ask(path);
      expect(status).toBe(200);
      expect(headers['content-type']).toContain(type);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/script-src[^;]*('self'|unsafe|\*|https?:)/);
      expect(policy.includes('script-src')).toBe(path === '/');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    }
  });

  it('get 404 for everything else, also for paths with ..', async () => {
    const paths = [
      '/none',
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '//etc/passwd',
      '/main.js/../../package.json',
      `/${join(dir, 'sweep.json')}`,
      '/api/trials/../../sweep.json',
      '/api/trials/0000000000000000',
      '/api/trials/nothing',
      '*',
    ];
    for (const path of paths) {
      const { status, body } = await ask(path);
      expect([path, status]).toEqual([path, 404]);
      expect(body).not.toContain('"name"');
    }
  });

  it('may be GET and HEAD only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, headers } = await ask('/', { method });
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD']);
    }
    const [got, head] = [await ask('/'), await ask('/', { method: 'HEAD' })];
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(got.headers['content-length']);
    expect((await ask('/events', { method: 'HEAD' })).headers['content-type']).toContain('text/event-stream');
  });

  it('are answered only under names of this machine', async () => {
    const { port } = new URL(serving.url);
    for (const host of [`localhost:${port}`, `LOCALHOST`, '127.0.0.1', `[::1]:${port}`]) {
      expect([host, (await ask('/', { host })).status]).toEqual([host, 200]);
    }
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'user@localhost',
      '[::2]',
    ]) {
      for (const path of ['/', '/events', '/api/state', '/report']) {
        expect([host, (await ask(path, { host })).status]).toEqual([host, 403]);
      }
    }
  });
});

describe('a folder of sweeps', () => {
  it('is a list, with a page for each sweep', async () => {
    await mkdir(join(folder, 'no sweep'), { recursive: true });
    await mkdir(join(folder, 'broken'));
    await writeFile(join(folder, 'broken', 'sweep.json'), '{');
    const several = await serveSweep({ dir: folder, port: 0 });
    const get = (path: string): Promise<Answered> => ask(path, { url: several.url });
    try {
      expect((await get('/')).body).toContain('src="sweeps.js"');
      const rows = JSON.parse((await get('/api/sweeps')).body) as SweepRow[];
      const data = await readSweep(dir);
      expect(rows).toEqual([
        expect.objectContaining({
          name: 'broken',
          state: 'unreadable',
          problem: expect.any(String) as string,
        }),
        {
          name: 'sweep',
          state: 'finished',
          date: new Date().toISOString().slice(0, 10),
          ended: data.plan.length,
          trials: data.plan.length,
          methods: expect.arrayContaining(['sgd']) as string[],
          data: expect.stringContaining('mnist') as string,
          problem: null,
        },
      ]);
      expect(await get('/sweeps/sweep')).toMatchObject({
        status: 308,
        headers: { location: '/sweeps/sweep/' },
      });
      expect((await get('/sweeps/sweep/')).body).toContain('src="main.js"');
      expect((await get('/sweeps/sweep/main.js')).status).toBe(200);
      const { id } = data.plan[0]!;
      expect((await get(`/sweeps/sweep/api/trials/${id}`)).status).toBe(200);
      for (const path of ['/sweeps/other/', '/sweeps/..%2F..%2Fetc/', '/sweeps/%zz/', '/api/state'])
        expect([path, (await get(path)).status]).toEqual([path, 404]);
    } finally {
      await several.close();
    }
  });
});

describe('the messages of the server', () => {
  it('have the content of the folder', async () => {
    const data = await readSweep(dir);
    const { summary, trials, methods, dimensions, curve, config } = await state();
    const stopped = data.stoppedEarly ?? [];
    expect(stopped.length).toBeGreaterThan(0);
    expect(summary).toMatchObject({
      counts: { done: data.results.length, 'stopped-early': stopped.length, running: 0, waiting: 0 },
      owner: null,
      etaSeconds: 0,
      fromEpochs: null,
    });
    expect(config).toEqual(data.config);
    expect(curve).toBe('validation');
    expect(methods.map(({ label }) => label).sort()).toEqual(
      [...new Set(data.plan.map(({ label }) => label))].sort(),
    );
    expect(dimensions).toContainEqual({
      key: 'training.optimizer.learningRate',
      label: 'learningRate',
      kind: 'number',
      scale: 'log',
    });
    expect(trials.map(({ id }) => id)).toEqual(data.plan.map(({ id }) => id));
    for (const result of data.results) {
      const row = trials.find(({ id }) => id === result.id)!;
      const accuracy = result.pruning[0]!.evaluations.find(({ predict }) => predict === 'mean')!.metrics
        .accuracy;
      expect(row).toMatchObject({ state: 'done', epoch: EPOCHS, attempts: 1, testError: 1 - accuracy! });
      const six = (value: number): number => Number(value.toPrecision(6));
      expect(row.curve).toEqual(
        result.epochs.map(({ epoch, validationError, validationNll, loss }) => [
          epoch,
          ...[validationError!, validationNll!, loss].map(six),
        ]),
      );
      expect(row.seconds).toBeGreaterThan(0);
    }
    for (const { id, epoch } of stopped) {
      expect(trials.find((row) => row.id === id)).toMatchObject({
        state: 'stopped-early',
        epoch,
        testError: null,
      });
    }
  });

  it('have everything of one trial on request', async () => {
    const data = await readSweep(dir);
    const detailOf = async (id: string): Promise<TrialDetail> =>
      JSON.parse((await ask(`/api/trials/${id}`)).body) as TrialDetail;
    const [result] = data.results;
    const { trial, result: shown, epochs } = await detailOf(result!.id);
    expect(trial).toEqual(result!.trial);
    expect(epochs).toHaveLength(EPOCHS);
    expect(shown!.pruning.map(({ pruner, share, predict }) => [pruner, share, predict])).toEqual(
      result!.pruning.flatMap(({ pruner, share, evaluations }) =>
        evaluations.map(({ predict }) => [pruner, share, predict]),
      ),
    );
    const [{ id, epoch }] = data.stoppedEarly as [{ id: string; epoch: number }];
    const stopped = await detailOf(id);
    expect(stopped.stopped).toEqual({ epoch, scheduler: 'asha' });
    expect(stopped.result).toBeUndefined();
  });

  it('say why a trial failed', async () => {
    const broken = join(folder, 'broken');
    expect((await divergedSweep(broken)).code).toBe(1);
    const shown = await serveSweep({ dir: broken, port: 0 });
    const { trials, summary } = JSON.parse((await ask('/api/state', { url: shown.url })).body) as Snapshot;
    const [row] = trials;
    expect(summary.counts).toMatchObject({ diverged: 1, done: 0 });
    expect(row).toMatchObject({ state: 'diverged', testError: null, error: expect.stringContaining('loss') });
    const { failure, result } = JSON.parse(
      (await ask(`/api/trials/${row!.id}`, { url: shown.url })).body,
    ) as TrialDetail;
    expect(failure).toEqual({ kind: 'diverged', message: row!.error });
    expect(result).toBeUndefined();
    await shown.close();
  });

  it('include the report, which may not be framed', async () => {
    const { status, headers, body } = await ask('/report');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toMatch(/script-src 'sha256-[\w+/]{43}=';/);
    expect(body).toContain('<h1>mnist, hidden 8: ');
  });

  it('contain an error while the folder is missing, and no error when it is back', async () => {
    const quick = await serveSweep({ dir, port: 0, everyMs: 20 });
    const seen: Message['type'][] = [];
    for await (const { type } of messagesOf(`${quick.url}events`)) {
      seen.push(type);
      if (seen.length === 1) await rename(dir, `${dir}-away`);
      if (seen.length === 2) {
        const { status, body } = await ask('/api/state', { url: quick.url });
        expect([status, body]).toEqual([500, `There is no folder ${dir}.\n`]);
        await rename(`${dir}-away`, dir);
      }
      if (seen.length > 2 && type === 'snapshot') break;
    }
    expect([...new Set(seen)]).toEqual(['snapshot', 'problem']);
    await quick.close();
  });
});

describe('a sweep that runs', () => {
  it('sends each change when it happens, and nothing else', async () => {
    const live = join(folder, 'live');
    const { ended } = await startSweep(live, 5, 4);
    const quick = await serveSweep({ dir: live, port: 0, everyMs: 50 });
    const messages: Message[] = [];
    for await (const message of messagesOf(`${quick.url}events`)) {
      messages.push(message);
      const summary =
        message.type === 'snapshot'
          ? message.snapshot.summary
          : message.type === 'update'
            ? message.update.summary
            : undefined;
      if (summary && !summary.owner && summary.counts.waiting + summary.counts.running === 0) break;
    }
    expect((await ended).code).toBe(0);
    await quick.close();

    const [first, ...updates] = messages;
    if (first?.type !== 'snapshot') throw new Error('The first message is no snapshot.');
    const before = new Set(first.snapshot.trials.flatMap(({ id, state: at }) => (at === 'done' ? [id] : [])));
    const rows = updates.flatMap((message) => (message.type === 'update' ? message.update.trials : []));
    const { results: all } = await readSweep(live);
    const results = all.filter(({ id }) => !before.has(id));
    expect(results.length).toBeGreaterThan(0);
    for (const { id } of results) {
      const own = rows.filter((row) => row.id === id);
      expect(own.at(-1)).toMatchObject({ state: 'done', epoch: 4, testError: expect.any(Number) });
    }
    // One message for each row that changed; no row is sent twice.
    for (const { id } of first.snapshot.trials) {
      const texts = rows.filter((row) => row.id === id).map((row) => JSON.stringify(row));
      expect(texts.filter((text, i) => text === texts[i - 1])).toEqual([]);
    }
  }, 120_000);
});

describe('an address', () => {
  it('may be any address of this machine, for users with the token', async () => {
    const open = await serveSweep({ dir, port: 0, host: '0.0.0.0' });
    const other = await serveSweep({ dir, port: 0, host: '0.0.0.0' });
    try {
      expect(open.loopback).toBe(false);
      const { url } = open;
      const token = new URL(url).searchParams.get('token')!;
      expect(token).toMatch(/^[\w-]{24}$/);
      const otherToken = new URL(other.url).searchParams.get('token')!;
      expect(otherToken).not.toBe(token);

      const doors = ['/', '/main.js', '/events', '/api/state', '/report', '/none'];
      const wrong = ['', '?token=', `?token=${otherToken}`, `?token=${token.slice(1)}`, `?other=${token}`];
      for (const path of doors.flatMap((door) => wrong.map((query) => door + query))) {
        const { status, body } = await ask(path, { url, host: 'some.name.example' });
        expect([path, status]).toEqual([path, 401]);
        expect(body).toContain('?token=');
      }
      for (const value of [`Bearer ${otherToken}`, 'Bearer', `Basic ${token}`, token]) {
        const headers = { authorization: value };
        expect([value, (await ask('/', { url, headers })).status]).toEqual([value, 401]);
      }

      const entered = await ask(`/?token=${token}`, { url });
      expect([entered.status, entered.headers.location]).toEqual([303, '/']);
      const [cookie, ...rules] = entered.headers['set-cookie']![0]!.split('; ');
      expect(rules).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax']);
      const headers = { cookie: `theirs=1; ${cookie}` };
      expect((await ask('/', { url, headers })).status).toBe(200);
      expect((await ask('/api/state', { url, headers: { authorization: `Bearer ${token}` } })).status).toBe(
        200,
      );
      expect((await ask('/', { url: other.url, headers })).status).toBe(401);
    } finally {
      await Promise.all([open.close(), other.close()]);
    }
  });

  const all: [host: string, own: string, families: string[]][] = [['0.0.0.0', '127.0.0.1', ['IPv4']]];
  if (hasIPv6) all.push(['::', '::1', ['IPv4', 'IPv6']]);
  it.each(all)(
    '%s is printed as one address for this machine and one for each under which others reach it',
    async (host, own, families) => {
      const open = await serveSweep({ dir, port: 0, host });
      try {
        const inUrl = (address: string): string => (address.includes(':') ? `[${address}]` : address);
        const { port, search } = new URL(open.url);
        const urls = [own, ...externalAddresses(...families)].map(
          (address) => `http://${inUrl(address)}:${port}/${search}`,
        );
        expect([open.url, ...open.others]).toEqual(urls);
        for (const url of urls) {
          expect([url, (await fetch(url, { redirect: 'manual' })).status]).toEqual([url, 303]);
        }
      } finally {
        await open.close();
      }
    },
  );

  it.each([
    ['taken', () => ({ port: Number(new URL(serving.url).port) }), 'E_PORT_TAKEN'],
    ['of another machine', () => ({ port: 0, host: '192.0.2.1' }), 'E_HOST'],
    ['that does not exist', () => ({ port: 0, host: 'no such host' }), 'E_HOST'],
  ])('%s is refused', async (_, options, code) => {
    await expect(serveSweep({ dir, ...options() })).rejects.toMatchObject({ code, hint: expect.any(String) });
  });
});
