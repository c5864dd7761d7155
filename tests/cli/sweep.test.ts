import { access, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry, decodeSafetensors, type Evaluation, type PruningResult } from '@bbb/core';
import plugins from '@bbb/plugins';
import { readSweep } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkInvariant } from '../support/sweeps/invariant.js';
import { bbb, eventsOf, TINY, type Ended } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

interface Outcome {
  readonly status: string;
  readonly dir: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly report: string;
  readonly answer: string;
  readonly tables: readonly {
    readonly id: string;
    readonly rows: readonly Readonly<Record<string, unknown>>[];
  }[];
}

const sweep = (seeds: number, dir: string): string[] => [
  'sweep',
  ...TINY,
  ...`--prune 0,0.5 --methods sgd,bbb-mixture --seeds ${seeds} --dir ${dir}`.split(' '),
];

const folder = sharedFolder();
let first: Ended;
const outcomeOf = (ended: Ended): Outcome => eventsOf<Outcome>(ended).at(-1)!;

beforeAll(async () => {
  first = await bbb([...sweep(2, 'run'), '--json'], { cwd: folder });
}, 60_000);

/** The folders of the trials, and their results. */
async function trials(): Promise<
  { path: string; label: string; result: { pruning: PruningResult[]; trial: { method: { use: string } } } }[]
> {
  const root = join(folder, 'run', 'trials');
  return Promise.all(
    (await readdir(root)).map(async (id) => {
      const path = join(root, id);
      const sealed = JSON.parse(await readFile(join(path, 'result.json'), 'utf8')) as {
        result: { pruning: PruningResult[]; trial: { method: { use: string } } };
      };
      return { path, label: sealed.result.trial.method.use, result: sealed.result };
    }),
  );
}

describe('a sweep', () => {
  it('prints one JSON document for each line; the last one has methods by sparsity, over the seeds', () => {
    expect(first.stderr).not.toMatch(/^error/m);
    expect(first.code).toBe(0);
    const types = eventsOf(first).map(({ type }) => type);
    expect([types[0], types.at(-2), types.at(-1)]).toEqual(['sweep-start', 'sweep-done', 'outcome']);
    const count = (wanted: string): number => types.filter((type) => type === wanted).length;
    expect(['trial-start', 'epoch', 'trial-done', 'outcome'].map(count)).toEqual([4, 4, 4, 1]);
    const { status, counts, tables } = outcomeOf(first);
    expect([status, counts['done'], counts['total']]).toEqual(['done', 4, 4]);
    const pruning = tables.find(({ id }) => id === 'pruning')!;
    expect(pruning.rows.map((row) => row['method'])).toEqual(['sgd', 'bbb-mixture']);
    for (const row of pruning.rows) {
      for (const share of ['share_0', 'share_0.5']) {
        const { n, mean, values } = row[share] as { n: number; mean: number; values: number[] };
        expect([n, values.length]).toEqual([2, 2]);
        expect(mean).toBeCloseTo((values[0]! + values[1]!) / 2, 12);
        expect(mean).toBeGreaterThan(0.03);
      }
    }
    const cost = tables.find(({ id }) => id === 'cost')!;
    expect(Object.keys(cost.rows[0]!)).toEqual(
      expect.arrayContaining(['seconds_per_epoch', 'epochs_to_best']),
    );
  });

  it('shows its progress on standard error, in plain lines', () => {
    expect(first.stderr).not.toContain('\u001B');
    expect(first.stderr).toMatch(/^4 trials, results in run$/m);
    expect(first.stderr.match(/ seed [01] done in /g)).toHaveLength(4);
    expect(first.stderr).toContain('All 4 trials done');
  });

  it('leaves a folder for each trial, and a report', async () => {
    expect(outcomeOf(first).report).toBe(join(folder, 'run', 'report.html'));
    expect(await readFile(join(folder, 'run', 'report.md'), 'utf8')).toContain('| bbb-mixture | snr |');
    const found = await trials();
    expect(found).toHaveLength(4);
    for (const { path } of found) {
      for (const name of ['trial.json', 'metrics.jsonl', 'result.json', 'checkpoint.safetensors']) {
        await access(join(path, name));
      }
    }
  });

  it('does nothing again when it is run again, and prints the same tables', async () => {
    const again = await bbb([...sweep(2, 'run'), '--json', '--quiet'], { cwd: folder });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(outcomeOf(again).counts['kept']).toBe(4);
    expect(outcomeOf(again).tables).toEqual(outcomeOf(first).tables);
  });

  it('refuses another configuration in the same folder, but extends it on request', async () => {
    const more = sweep(3, 'run');
    const refused = await bbb(more, { cwd: folder });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--extend');
    expect(refused.stdout).toBe('');
    const extended = await bbb([...more, '--extend', '--json'], { cwd: folder });
    expect(extended.code).toBe(0);
    const events = eventsOf(extended);
    expect(events[0]!.type).toBe('sweep-start');
    expect(events.filter(({ type }) => type === 'trial-done')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'outcome', counts: { done: 6, kept: 4 } });
  });

  it('goes on when the reader of its output closes the pipe', async () => {
    const ended = await bbb([...sweep(1, 'closed'), '--json'], {
      cwd: folder,
      onStdout: (_text, child) => child.stdout!.destroy(),
    });
    expect(ended.stderr).not.toContain('EPIPE');
    expect(ended.code).toBe(0);
    const dir = join(folder, 'closed');
    const { plan } = await readSweep(dir);
    expect(plan).toHaveLength(2);
    await checkInvariant(dir, { trials: plan });
  });

  it('derives the folder from the configuration, and shows a plan without running it', async () => {
    const plan = async (...args: string[]) => {
      const ended = await bbb(['sweep', '--dry-run', '--json', ...TINY, '--methods', 'sgd', ...args], {
        cwd: folder,
      });
      return JSON.parse(ended.stdout) as { dir: string; trials: { id: string; seed: number }[] };
    };
    const [two, same, three] = [
      await plan('--seeds', '2'),
      await plan('--seed-list', '0,1'),
      await plan('--seeds', '3'),
    ];
    expect(two.trials.map(({ seed }) => seed)).toEqual([0, 1]);
    expect(same.dir).toBe(two.dir);
    expect(three.dir).not.toBe(two.dir);
    expect(two.dir).toMatch(/^runs\/quick-mnist-[0-9a-f]{8}$/);
    await expect(access(join(folder, 'runs'))).rejects.toThrow();
  });

  it('uses a plugin in TypeScript, as the guide says', async () => {
    const plugin = fileURLToPath(new URL('../../docs/guides/custom-pruner/my-pruner.ts', import.meta.url));
    const args = ['train', ...TINY, '--method', 'sgd', '--prune', '1', '--dir', 'guide', '--json'];
    const ended = await bbb([...args, '--plugin', plugin, '--pruners', 'my-pruner,magnitude'], {
      cwd: folder,
    });
    expect(ended.code).toBe(0);
    const rows = outcomeOf(ended).tables.find(({ id }) => id === 'pruning')!.rows;
    expect(rows.map((row) => row['pruner'])).toEqual(['my-pruner', 'magnitude']);
    // Pruning emptied its layers, and the output must say so where users look.
    expect(ended.stderr).toMatch(
      /^warning: sgd, my-pruner, 100 %, seed 0 \(and one more network\): All weights of /m,
    );
  });

  it('counts failures, names them, and ends with 1', async () => {
    await writeFile(
      join(folder, 'broken.mjs'),
      `const options = { safeParse: (data) => ({ success: true, data }) };
       const score = () => { throw new Error('no score today'); };
       export default { name: 'p', pruners: { broken: { description: 'Throws.', options, create: () => ({ score }) } } };`,
    );
    const args = ['train', ...TINY, '--method', 'sgd', '--plugin', './broken.mjs', '--pruners', 'broken'];
    const ended = await bbb([...args, '--dir', 'broken', '--max-retries', '0'], { cwd: folder });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('no score today');
    expect(ended.stderr).toContain('1 of 1 trial failed');
    expect(ended.stderr).toContain('--retry-failed');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});

describe('a stored network', () => {
  /** Removes the calibration: a trial calibrates on validation examples, but a stored network is measured without them. */
  const uncalibrated = (evaluations: readonly Evaluation[]): Evaluation[] =>
    evaluations.map(({ calibrated: _calibrated, ...rest }) => rest);
  const evaluationsOf = async (place: string, ...args: string[]): Promise<readonly Evaluation[]> => {
    const { stdout, stderr } = await bbb(['evaluate', place, '--samples', '2', '--json', ...args]);
    expect(stderr).toBe('');
    return (JSON.parse(stdout) as { evaluations: Evaluation[] }).evaluations;
  };

  it('is measured again as in its trial, with the same bits', async () => {
    for (const label of ['sgd', 'bbb-mixture']) {
      const { path, result } = (await trials()).find((trial) => trial.label === label)!;
      const dense = result.pruning.find(({ share }) => share === 0)!;
      expect(await evaluationsOf(path)).toEqual(uncalibrated(dense.evaluations));
    }
  });

  it('is pruned as it was in its trial, into a smaller file that gives the same predictions', async () => {
    const { path, result } = (await trials()).find((trial) => trial.label === 'bbb-mixture')!;
    const expected = result.pruning.find(({ share }) => share === 0.5)!;
    for (const extra of [[], ['--sparse']]) {
      const { stdout, code } = await bbb(['prune', path, '--share', '0.5', '--json', ...extra]);
      expect(code).toBe(0);
      const written = JSON.parse(stdout) as {
        out: string;
        zeros: number;
        bytes: number;
        accuracy: { after: number };
      };
      expect(written.zeros).toBe(expected.zeros);
      expect((await stat(written.out)).size).toBe(written.bytes);
      expect(written.accuracy.after).toBe(expected.evaluations[0]!.metrics.accuracy);
      expect(await evaluationsOf(written.out)).toEqual(uncalibrated(expected.evaluations));
    }
  });

  it('is pruned by the criterion, its options, the scope and the weights of its trial, or by those that the user gives', async () => {
    const args = '--method bbb-mixture --prune 0.7 --pruners kl --scope layer --include weight'.split(' ');
    const options = '--set pruning.pruners.kl.options.sigma=0.03 --dir kl --quiet'.split(' ');
    const { code: trained } = await bbb(['train', ...TINY, ...args, ...options], { cwd: folder });
    expect(trained).toBe(0);
    const root = join(folder, 'kl', 'trials');
    const path = join(root, (await readdir(root))[0]!);
    const { result } = JSON.parse(await readFile(join(path, 'result.json'), 'utf8')) as {
      result: { pruning: PruningResult[] };
    };
    const expected = result.pruning.find(({ share }) => share === 0.7)!;
    const ended = await bbb(['prune', path, '--share', '0.7', '--json']);
    const written = JSON.parse(ended.stdout) as { out: string };
    expect(written).toMatchObject({
      pruner: 'kl',
      options: { sigma: 0.03 },
      scope: 'layer',
      include: ['weight'],
      zeros: expected.zeros,
      ranked: expected.ranked,
    });
    expect(await evaluationsOf(written.out)).toEqual(uncalibrated(expected.evaluations));
    const { metadata } = decodeSafetensors(await readFile(written.out));
    expect(JSON.parse(metadata['pruning']!)).toEqual({
      pruner: 'kl',
      options: { sigma: 0.03 },
      scope: 'layer',
      include: ['weight'],
      share: 0.7,
    });
    const other = '--share 0.7 --json --force --scope global --include weight,bias --pruner-option sigma=0.5';
    const asked = await bbb(['prune', path, ...other.split(' ')]);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      options: { sigma: 0.5 },
      scope: 'global',
      include: ['weight', 'bias'],
    });
    const misspelt = await bbb(['prune', path, '--share', '0.6', '--pruner-option', 'sgima=1']);
    expect([misspelt.code, misspelt.stdout]).toEqual([2, '']);
    expect(misspelt.stderr).toContain('sgima');
  });

  it('is not overwritten, and needs a place to be written to', async () => {
    const { path } = (await trials())[0]!;
    const nowhere = await bbb([
      'prune',
      path,
      '--share',
      '0.5',
      '--out',
      join(path, 'none', 'x.safetensors'),
    ]);
    expect([nowhere.code, nowhere.stdout]).toEqual([2, '']);
    expect(nowhere.stderr).toContain(`${join(path, 'none', 'x.safetensors')}: no such file or folder`);
    const own = await bbb([
      'prune',
      path,
      '--share',
      '0.5',
      '--force',
      '--out',
      join(path, 'checkpoint.safetensors'),
    ]);
    expect([own.code, own.stdout]).toEqual([2, '']);
    expect(own.stderr).toContain('belongs to a sweep');

    const args = ['prune', path, '--share', '0.6'];
    expect((await bbb(args)).code).toBe(0);
    const again = await bbb(args);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('exists already');
    expect((await bbb([...args, '--force'])).code).toBe(0);
  });

  it('is not measured when it does not match its result', async () => {
    const { path } = (await trials())[0]!;
    const checkpoint = join(path, 'checkpoint.safetensors');
    const whole = await readFile(checkpoint);
    const other = Buffer.from(whole);
    other[other.length - 5]! ^= 1;
    await writeFile(checkpoint, other);
    try {
      for (const args of [
        ['evaluate', path],
        ['prune', path, '--share', '0.7'],
        ['evaluate', checkpoint],
      ]) {
        const { code, stdout, stderr } = await bbb(args);
        expect([code, stdout]).toEqual([3, '']);
        expect(stderr).toContain('does not match its result');
        expect(stderr).toContain('bbb sweep repair');
      }
    } finally {
      await writeFile(checkpoint, whole);
    }
  });
});

describe('a report', () => {
  it('is written again from stored results, in the requested formats', async () => {
    const { code, stdout, stderr } = await bbb(['report', 'run', '--format', 'json,csv', '--out', 'out'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('bbb-mixture');
    expect(stderr).toMatch(/^Written: /);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['report.json', 'tables']);
  });

  it("answers the user's question, and refuses a question that the sweep can't answer", async () => {
    const at = (...args: string[]) =>
      bbb(['report', 'run', '--format', 'md', '--out', 'asked', ...args], { cwd: folder });
    const asked = await at('--reference', 'bbb-mixture', '--sparsity', '0');
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining('Without pruning, ')]);
    expect(asked.stdout).toContain('minus bbb-mixture');
    expect(await readFile(join(folder, 'asked', 'report.md'), 'utf8')).toContain('minus bbb-mixture');
    const other = await at('--reference', 'bbb');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('no method "bbb"')]);
    const further = await at('--sparsity', '0.123');
    expect([further.code, further.stderr]).toEqual([
      2,
      expect.stringContaining('No network of the sweep was pruned to 12.3 %'),
    ]);
  });

  it('measures the seeds of each method as an ensemble, from stored networks', async () => {
    const args = ['report', 'run', '--ensembles', '--format', 'json', '--out', 'ensembles'];
    const { code, stdout, stderr } = await bbb(args, { cwd: folder });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Written: /)]);
    const own = (await trials()).filter(({ label }) => label === 'sgd');
    const together = `ensemble of ${own.length} seeds`;
    expect(stdout).toMatch(new RegExp(`sgd +${together}`));
    const { tables } = JSON.parse(await readFile(join(folder, 'ensembles', 'report.json'), 'utf8')) as Pick<
      Outcome,
      'tables'
    >;
    const { rows } = tables.find(({ id }) => id.startsWith('ensembles'))!;
    const [one, sgd, , other] = rows;
    expect(rows).toHaveLength(4);
    expect([one!['networks'], sgd!['networks'], other!['networks']]).toEqual([
      'one network',
      together,
      together,
    ]);

    // The expected value by hand: the mean of the probabilities of the networks.
    const registry = createRegistry([plugins]);
    const { test } = await registry.get('datasets', 'mnist').load({}, {});
    const probabilities = new Float64Array(test.count * 10);
    for (const { path } of own) {
      const bytes = await readFile(join(path, 'checkpoint.safetensors'));
      const { tensors } = decodeSafetensors(bytes);
      const [w0, b0, w1, b1] = [0, 1].flatMap((layer) =>
        ['weight', 'bias'].map((role) => tensors[`params.layers.${layer}.${role}`]!.data as Float32Array),
      ) as [Float32Array, Float32Array, Float32Array, Float32Array];
      for (let row = 0; row < test.count; row++) {
        const hidden = Float64Array.from(b0, (bias, unit) => {
          let sum = bias;
          for (let i = 0; i < 784; i++) sum += (test.features[row * 784 + i]! / 255) * w0[i * 8 + unit]!;
          return Math.max(0, sum);
        });
        const logits = Array.from(b1, (bias, k) =>
          hidden.reduce((sum, h, u) => sum + h * w1[u * 10 + k]!, bias),
        );
        const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
        logits.forEach((logit, k) => (probabilities[row * 10 + k]! += Math.exp(logit) / total / own.length));
      }
    }
    const nll = Array.from(test.targets, (label, row) => -Math.log(probabilities[row * 10 + label]!)).reduce(
      (a, b) => a + b,
    );
    expect(sgd!['nll']).toBeCloseTo(nll / test.count, 4);
    // The NLL of an average is never above the average NLL, by Jensen's inequality.
    expect(sgd!['nll']).toBeLessThan((one!['nll'] as { mean: number }).mean);
  });

  it('compares two sweeps', async () => {
    const args = ['report', '--compare', 'run', 'closed', '--format', 'md', '--out', 'compared'];
    const { code, stdout } = await bbb(args, { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('sgd');
    expect(await readdir(join(folder, 'compared'))).toEqual(['compare.md']);
  });

  it('is refused for formats that do not exist, and for two folders without --compare', async () => {
    const unknown = await bbb(['report', 'run', '--format', 'pfd'], { cwd: folder });
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('"pfd"')]);
    const two = await bbb(['report', 'run', 'closed'], { cwd: folder });
    expect([two.code, two.stderr]).toEqual([2, expect.stringContaining('--compare')]);
  });
});
