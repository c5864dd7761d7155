import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BbbError, resultSchema, trialId, type SweepData, type TrialResult } from '@bbb/core';
import { reportFiles } from '@bbb/report';
import { exportSweep, readSweep, sweepOutlook, sweepStatus } from '@bbb/sweep';
import { unsealResult } from '@bbb/sweep/host';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { seal } from '../../packages/sweep/src/store/sealed.js';
import { GONE, pathsOf, STRANGERS, textOf, withMember, type Path } from './fixtures/mutations.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';
import { sharedFolder } from '../support/folders.js';

const dir = sharedFolder();
let data: SweepData;
let result: TrialResult;
let paths: Path[];

beforeAll(async () => {
  const plan = await tinyPlan({
    methods: [{ use: 'bbb-mixture' }, { use: 'sgd' }],
    outOfDistribution: { use: 'toy', options: { test: 30, salt: 5 } },
    select: 'best',
    calibration: 10,
  });
  await run(plan, { dir });
  data = await readSweep(dir);
  result = data.results.find(({ trial }) => trial.method.use === 'bbb-mixture')!;
  paths = pathsOf(result);
});

const resultFile = (): string => join(dir, 'trials', result.id, 'result.json');

/** Members that earlier versions did not write, or that only some trials have. */
const OPTIONAL = [
  /^(bestEpoch|baseline|dataset)$/,
  /^(dataset|checkpointBytes)$/,
  /^snr$/,
  /^imageShape$/,
  /^firstLayer(\.meanSigma|\.units\.\d+\.sigma)?$/,
  /^outOfDistributionSha256$/,
  /^epochs\.\d+\.(validationError|validationNll|meanSigma)$/,
  /^pruning\.\d+\.(bytes|paths|compact|units|warnings|suggested|layerShares)$/,
  /^pruning\.\d+\.(validation|evaluations\.\d+\.(ood|riskCoverage|entropy|calibrated))$/,
  /\.calibrated\.(temperature|atTemperature|unusual|sets|sure)$/,
  /\.metrics\.(augrc|coverageAtRisk5|riskAtCoverage80|classwiseEce|smoothEce)$/,
  /\.pixels$/,
];
/** Members whose keys are data: names of sets, scores, weights and files. */
const NAMED = /(\.sets|\.ood|\.ood\.\w+|\.entropy|ataSha256|nSha256)\.[^.]+$|\.layers\./;

describe('a result', () => {
  it('needs all its members, except optional ones', () => {
    const lax = paths.filter((path) => {
      const name = path.join('.');
      const listed = typeof path.at(-1) === 'number';
      if (listed || path[0] === 'trial' || NAMED.test(name)) return false;
      return (
        resultSchema.safeParse(withMember(result, path, GONE)).success !==
        OPTIONAL.some((optional) => optional.test(name))
      );
    });
    expect(lax.map((path) => path.join('.'))).toEqual([]);
  });

  it('that is accepted can be reported and exported; any other is refused with the name of its member', () => {
    const believed: TrialResult[] = [];
    for (const [p, path] of paths.entries()) {
      // Each member gets a third of the wrong values, in turn, because all of them take long.
      for (const stranger of STRANGERS.filter((_, s) => (s + p) % 3 === 0)) {
        const text = seal('result', textOf(withMember(result, path, stranger)));
        try {
          believed.push(unsealResult(text, result.id));
        } catch (error) {
          expect(error).toBeInstanceOf(BbbError);
          const { code, message } = error as BbbError;
          expect(code).toBe('E_STORE_DAMAGED');
          expect(message.length).toBeLessThan(1000);
          if (path[0] !== 'trial' && path[0] !== 'id' && typeof path.at(-1) !== 'number')
            expect(message).toContain(path[0]);
        }
      }
    }
    expect(believed.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(fc.constantFrom(...believed), (odd) => {
        const others = data.results.filter(({ id }) => id !== odd.id);
        const changed = { ...data, results: [odd, ...others] };
        expect(() => {
          reportFiles(changed, ['html', 'md', 'csv', 'json', 'tensorboard']);
          for (const table of ['evaluations', 'epochs'] as const) {
            for (const format of ['csv', 'json', 'parquet'] as const) exportSweep(changed, format, table);
          }
        }).not.toThrow();
      }),
      { numRuns: Number(process.env['MUTATIONS'] ?? 6) },
    );
  });

  it('of an invalid trial is refused, even with the right name', () => {
    for (const path of pathsOf(result.trial)) {
      if (path.join('.').includes('options')) continue;
      const trial = withMember(result.trial, path, {});
      const id = trialId(trial);
      expect(() => unsealResult(seal('result', JSON.stringify({ ...result, id, trial })), id)).toThrow(
        expect.objectContaining({ code: 'E_STORE_DAMAGED' }),
      );
    }
  });

  it('that is refused is reported with its file and member, and does not stop the others', async () => {
    const whole = readFileSync(resultFile(), 'utf8');
    writeFileSync(
      resultFile(),
      seal('result', textOf(withMember(result, ['pruning', 0, 'evaluations'], []))),
    );
    const read = await readSweep(dir);
    expect(read.damaged).toEqual([result.id]);
    expect(read.damage![result.id]).toContain('pruning.0.evaluations');
    expect(read.results).toHaveLength(1);
    writeFileSync(resultFile(), whole);
  });
});

describe('sweep.json', () => {
  it('with any changed member is read and reported, or refused with a coded error', async () => {
    const file = join(dir, 'sweep.json');
    const whole = readFileSync(file, 'utf8');
    const record = (JSON.parse(whole) as { sweep: object }).sweep;
    for (const path of pathsOf(record)) {
      for (const stranger of [GONE, null, 'x', {}]) {
        writeFileSync(file, seal('sweep', textOf(withMember(record, path, stranger))));
        try {
          const read = await readSweep(dir);
          await sweepOutlook(dir, await sweepStatus(dir));
          reportFiles(read, ['json']);
          exportSweep(read, 'csv');
        } catch (error) {
          expect([path.join('.'), (error as BbbError).code]).toEqual([path.join('.'), 'E_STORE_DAMAGED']);
        }
      }
    }
    writeFileSync(file, whole);
  });
});
