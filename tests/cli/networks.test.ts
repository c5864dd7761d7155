import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRegistry, type BbbError } from '@bbb/core';
import plugins from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseConfig, sweepConfig } from '../../packages/cli/src/commands/sweep.js';
import type { SweepFlags } from '../../packages/cli/src/options/kinds.js';
import { bbb, eventsOf } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const registry = createRegistry([plugins]);
const configOf = (flags: SweepFlags, file?: Readonly<Record<string, unknown>>) =>
  sweepConfig(baseConfig('quick', file && { sweep: file }, registry), flags, registry);
const planOf = (flags: SweepFlags, file?: Readonly<Record<string, unknown>>) =>
  planSweep(parseSweepConfig(configOf({ methods: ['sgd'], ...flags }, file)), registry);
const namesOf = (flags: SweepFlags, file?: Readonly<Record<string, unknown>>) =>
  planOf(flags, file).trials.map(({ trial: { hidden, network } }) =>
    network ? `${network.use} ${JSON.stringify(network.options['hidden'] ?? '')}` : hidden.join('-'),
  );
const failure = (act: () => unknown): BbbError => {
  try {
    act();
  } catch (error) {
    return error as BbbError;
  }
  return expect.unreachable('it did not fail');
};
const option = (path: string, value: unknown) => [{ path, value }];

describe('--network', () => {
  const TANH = option('activation', 'tanh');
  const CNN = { networks: [{ use: 'cnn' }] };

  it.each<[string, SweepFlags, string[], Readonly<Record<string, unknown>>?]>([
    ['nothing', {}, ['128-128']],
    ['takes the place of the widths of the preset', { network: ['cnn'] }, ['cnn ""']],
    ['of the first network is what its widths say', { network: ['mlp'] }, ['128-128']],
    ['of the first network takes --hidden', { network: ['mlp'], hidden: [[8], []] }, ['8', '']],
    [
      'and options keep the widths of the preset',
      { network: ['mlp'], networkOption: TANH },
      ['mlp [128,128]'],
    ],
    [
      'and options take --hidden, each of it',
      { network: ['mlp'], networkOption: TANH, hidden: [[8], [9]] },
      ['mlp [8]', 'mlp [9]'],
    ],
    [
      'several: --hidden is for those that take it',
      { network: ['mlp', 'cnn'], hidden: [[8]] },
      ['8', 'cnn ""'],
    ],
    ['in a file takes the place of the widths of the preset', {}, ['cnn ""'], CNN],
    ['wins over a file', { network: ['mlp'], hidden: [[8]] }, ['8'], CNN],
  ])('%s', (_name, flags, expected, file) => {
    expect(namesOf(flags, file)).toEqual(expected);
  });

  it('gives the same sweep as widths if the networks are the same', () => {
    expect(configOf({ network: ['mlp'] })).toEqual(configOf({}));
    expect(configOf({ network: ['mlp'], hidden: [[8]] })).toEqual(configOf({ hidden: [[8]] }));
  });

  it.each<[string, SweepFlags, object, Readonly<Record<string, unknown>>?]>([
    [
      'widths for a network without hidden layers to choose',
      { network: ['cnn'], hidden: [[8]] },
      { message: expect.stringMatching(/--hidden.*"cnn" has no such option/) },
    ],
    [
      'widths for such a network of a configuration file',
      { hidden: [[8]] },
      { message: expect.stringContaining('"cnn"') },
      CNN,
    ],
    [
      'an unknown network',
      { network: ['cnm'] },
      { code: 'E_UNKNOWN_NAME', hint: expect.stringContaining('"cnn"') },
    ],
    ['options without a network', { networkOption: TANH }, { hint: expect.stringContaining('--network') }],
    [
      'options with two networks',
      { network: ['mlp', 'cnn'], networkOption: TANH },
      { hint: expect.stringContaining('configuration file') },
    ],
    [
      'an unknown likelihood',
      { likelihood: 'gausian' },
      { code: 'E_UNKNOWN_NAME', hint: expect.stringContaining('"gaussian"') },
    ],
    [
      'options without a likelihood',
      { likelihoodOption: TANH },
      { hint: expect.stringContaining('--likelihood') },
    ],
  ])('refuses %s', (_name, flags, expected, file) => {
    expect(failure(() => planOf(flags, file))).toMatchObject(expected);
  });
});

it('--likelihood, --scaling and --test-fraction are in every trial', () => {
  const { trials } = planOf({
    likelihood: 'gaussian',
    likelihoodOption: option('noise', 'fixed'),
    scaling: 'standardise',
    testFraction: 0.2,
  });
  expect(trials[0]!.trial).toMatchObject({
    likelihood: { use: 'gaussian', options: { noise: 'fixed' } },
    data: { scaling: 'standardise', testFraction: 0.2 },
  });
  const file = { likelihood: { use: 'gaussian', options: { noise: 'fixed' } } };
  expect(planOf({ likelihoodOption: option('sd', 0.1) }, file).trials[0]!.trial.likelihood).toEqual({
    use: 'gaussian',
    options: { noise: 'fixed', sd: 0.1 },
  });
});

describe('a regression', () => {
  const folder = sharedFolder();
  beforeAll(async () => {});
  const run = (text: string) => bbb(text.split(' '), { cwd: folder });
  const CURVE = '--dataset curve --dataset-option examples=100 --validation 20';
  const TRAIN = `train --method bbb-gaussian ${CURVE} --scaling standardise --test-fraction 0.2 --hidden 4 --epochs 2 --prune 0,0.5 --samples 2 --dir run`;

  it('is trained, shown, evaluated and pruned by its RMSE, and no output mentions accuracy', async () => {
    const trained = await run(TRAIN);
    expect(trained.code).toBe(0);
    expect(trained.stderr).toContain('100 examples, 20 % of them held out for testing');
    expect(trained.stderr).toMatch(/validation RMSE \d\.\d+/);
    const [, error] = /^Test RMSE: (\d\.\d+) \(mean network\)/m.exec(trained.stdout) ?? [];
    expect(error).toBeDefined();

    const status = await run('sweep status run');
    expect(status.stdout).toMatch(/val\. RMSE \d\.\d+/);

    const [id] = eventsOf<{ readonly trials: readonly { readonly id: string }[] }>({
      stdout: (await run('sweep status run --json')).stdout.replaceAll('\n', ''),
    })[0]!.trials.map((trial) => trial.id);
    const place = join('run', 'trials', id!);
    const evaluated = await run(`evaluate ${place} --samples 2`);
    // Measured on the same examples that its trial held out.
    expect(evaluated.stdout).toContain('20 examples');
    expect(evaluated.stdout).toMatch(new RegExp(`RMSE +${error!.replace('.', '\\.')}\n`));
    expect(evaluated.stdout).toContain('coverage of 90 % intervals');

    const pruned = await run(`prune ${place} --share 0.5 --json`);
    const outcome = JSON.parse(pruned.stdout) as {
      readonly rmse: { readonly before: number; readonly after: number };
    };
    expect(outcome.rmse.before).toBeCloseTo(Number(error), 3);
    expect(outcome.rmse.after).toBeGreaterThan(0);

    const refused = await run(`evaluate ${place} --dataset mnist`);
    expect(refused.code).toBe(2);
    for (const { stdout, stderr } of [trained, status, evaluated, pruned])
      expect(`${stdout}${stderr}`).not.toMatch(/accuracy/i);
    expect(await readFile(join(folder, 'run', 'report.md'), 'utf8')).not.toMatch(/accuracy/i);
  });

  it.each([
    ['--likelihood categorical', /"categorical" is for classes/],
    ['--network cnn', /layers\[0\]: .*"conv2d" takes images/],
  ])('with %s is refused before it begins, in a dry run and in a run', async (flags, message) => {
    for (const more of ['', ' --dry-run']) {
      const { code, stdout, stderr } = await run(`sweep --no-config ${CURVE} ${flags} --dir none${more}`);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr.match(/^error: /gm)).toHaveLength(1);
      expect(stderr).toMatch(message);
      expect(existsSync(join(folder, 'none'))).toBe(false);
    }
  });
});
