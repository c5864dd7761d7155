import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRegistry,
  decodeCheckpoint,
  openCheckpoint,
  predictWith,
  probabilityForRisk,
  startBackend,
  testExamples,
  type Dataset,
  type Uncertainty,
} from '@bbb/core';
import builtIns from '@bbb/plugins';
import type { ClassAnswer, StoredModel } from '@bbb/predict';
import { encodeModel } from '@bbb/predict/format';
import { storeNetwork } from '@bbb/predict/store';
import * as fc from 'fast-check';
import jpeg from 'jpeg-js';
import { encode as encodePng } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseJsonLines, parseTable, type ParsedRows } from '../../packages/cli/src/predict/text.js';
import { temporaryFolder } from '../support/folders.js';
import { bbb, COMMAND } from '../support/command-line.js';
import { idx } from '../support/idx-files.js';
import { STORED_TRIAL, storedTrial } from '../support/stored-trial.js';

const COUNT = 12;
const registry = createRegistry([builtIns]);

interface Printed {
  readonly model: {
    readonly calibration?: { readonly sets?: object; readonly sure?: { probability: number } };
  };
  readonly answers: readonly (ClassAnswer & { readonly input: string })[];
}

describe('bbb predict', () => {
  let mnist: Dataset;
  let images: Uint8Array;
  let expected: Uncertainty;
  let file: Uint8Array;
  beforeAll(async () => {
    mnist = await registry.get('datasets', 'mnist').load({}, {});
    images = (mnist.test.features as Uint8Array).slice(0, COUNT * 784);
    const ops = await startBackend();
    const checkpoint = readFileSync(join(STORED_TRIAL, 'checkpoint.safetensors'));
    const network = openCheckpoint(decodeCheckpoint(checkpoint), registry, ops);
    const examples = testExamples(mnist, network.data.preprocessing);
    const some = { ...examples, rows: examples.rows.slice(0, COUNT) };
    const way = { predict: 'mean' } as const;
    expected = predictWith(
      { ops, ...network },
      network.params,
      some,
      way,
      network.keys.evaluate,
    ) as Uncertainty;
    const { model, tensors } = storeNetwork({ ...network, ops });
    file = encodeModel(model, tensors);
    network.dispose();
  });

  it('gives for an IDX file the answers that bbb evaluate measures, with sets, and the same for pictures, rows and JSON lines', async () => {
    const place = storedTrial();
    const at = (name: string): string => join(place, name);
    writeFileSync(at('images.idx'), idx([COUNT, 28, 28], images));
    writeFileSync(
      at('one.png'),
      encodePng({ width: 28, height: 28, data: images.slice(0, 784), channels: 1 }),
    );
    writeFileSync(
      at('one.csv'),
      `${Array.from({ length: 784 }, (_, i) => `p${i}`).join()}\n${images.slice(0, 784).join()}\n`,
    );
    writeFileSync(at('one.jsonl'), `${JSON.stringify({ input: Array.from(images.slice(0, 784)) })}\n\n`);
    const names = ['images.idx', 'one.png', 'one.csv', 'one.jsonl'].map(at);
    const { code, stdout, stderr } = await bbb(['predict', place, ...names, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const { model, answers } = JSON.parse(stdout) as Printed;
    expect(answers).toHaveLength(COUNT + 3);
    const first = answers.slice(0, COUNT);
    expect(first.flatMap(({ probabilities }) => probabilities)).toEqual(Array.from(expected.probabilities));
    expect(first.map(({ mutualInformation }) => mutualInformation)).toEqual(
      Array.from(expected.mutualInformation),
    );
    expect(model.calibration?.sets).toMatchObject({ level: 0.9 });
    for (const { class: best, set } of first) expect(set![0]).toBe(best);
    for (const { input: _, ...answer } of answers.slice(COUNT)) {
      const { input: _first, ...same } = answers[0]!;
      expect(answer).toEqual(same);
    }
  });

  it('gives the same answer for a JPEG and for its grey values', async () => {
    const dir = temporaryFolder();
    const [model, picture, lines] = ['digits.bbb', 'seven.jpg', 'seven.jsonl'].map((name) => join(dir, name));
    writeFileSync(model!, file);
    const rgba = Buffer.from(
      Uint8Array.from({ length: 4 * 784 }, (_, i) => (i % 4 === 3 ? 255 : images[i >> 2]!)),
    );
    const encoded = jpeg.encode({ width: 28, height: 28, data: rgba }, 95).data;
    writeFileSync(picture!, encoded);
    const { data } = jpeg.decode(encoded, { useTArray: true });
    writeFileSync(lines!, `${JSON.stringify(Array.from({ length: 784 }, (_, i) => data[4 * i]))}\n`);
    const { code, stdout } = await bbb(['predict', model!, picture!, lines!, '--json']);
    expect(code).toBe(0);
    const [{ input: _, ...seen }, { input: _other, ...next }] = (JSON.parse(stdout) as Printed).answers as [
      Printed['answers'][0],
      Printed['answers'][0],
    ];
    expect(seen).toEqual(next);
    expect(seen.class).toBe(expected.probabilities.subarray(0, 10).indexOf(expected.maxProbability[0]!));
  });

  it('says "not sure" below the probability that validation examples demand', async () => {
    const place = storedTrial();
    const images28 = join(place, 'images.idx');
    writeFileSync(images28, idx([COUNT, 28, 28], images));
    const json = await bbb(['predict', place, images28, '--max-risk', '65%', '--json']);
    const { model, answers } = JSON.parse(json.stdout) as Printed;
    const { probability } = model.calibration!.sure!;
    for (const answer of answers) expect(answer.sure).toBe(answer.probability >= probability);
    // A network after a few steps makes many errors, so there are answers of both kinds.
    expect(new Set(answers.map(({ sure }) => sure)).size).toBe(2);
    const table = await bbb(['predict', place, images28, '--max-risk', '65 %']);
    expect(table.stdout).toContain('mutual information');
    expect(table.stdout.match(/not sure \(\d\?\)/g)).toHaveLength(answers.filter(({ sure }) => !sure).length);
  });

  it('opens a model file, and reads JSON lines from standard input', async () => {
    const place = join(temporaryFolder(), 'digits.bbb');
    writeFileSync(place, file);
    const [program, ...rest] = COMMAND;
    const child = spawn(program, [...rest, 'predict', place, '--json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(`[${images.slice(0, 784).join()}]\n[${images.slice(784, 1568).join()}]\n`);
    let stdout = '';
    for await (const chunk of child.stdout) stdout += String(chunk);
    const { answers } = JSON.parse(stdout) as Printed;
    expect(answers.flatMap(({ probabilities }) => probabilities)).toEqual(
      Array.from(expected.probabilities.slice(0, 20)),
    );
  });

  it('reports what is wrong with a file, and a risk without a threshold', async () => {
    const dir = temporaryFolder();
    const at = (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    };
    const model = at('digits.bbb', file);
    const cases: [string[], string][] = [
      [
        [model, at('short.csv', '1,2,3\n')],
        'short.csv, line 1 has 3 values; an example of this model has 784.',
      ],
      [
        [model, at('words.csv', `${Array.from({ length: 783 }, () => 0).join()},x\n${'0,'.repeat(783)}y\n`)],
        'words.csv, line 2, column "784": "y" is not a number.',
      ],
      [[model, at('lines.jsonl', '{"x": 1}\n')], 'line 1'],
      // The file has as many numbers as 27 examples.
      [
        [model, at('low.idx', idx([28, 27, 28], new Uint8Array(28 * 27 * 28)))],
        'low.idx holds an array of 28 x 27 x 28; an example of this model is 784.',
      ],
      [[model, at('fine.csv', images.slice(0, 784).join()), dir], `${dir} is a folder.`],
      [[at('cut.bbb', file.slice(0, 1000)), model], 'This model file can'],
      [[model, at('fine.csv', images.slice(0, 784).join()), '--max-risk', '1%'], '--max-risk'],
      [[model, at('any.csv', '')], 'any.csv: There are no examples'],
    ];
    for (const [args, words] of cases) {
      const { code, stdout, stderr } = await bbb(['predict', ...args]);
      expect([stdout, code === 0, stderr]).toEqual([
        '',
        false,
        expect.stringContaining(words.replace('--max-risk', 'an error of 1 %')),
      ]);
    }
  }, 120_000);
});

describe('what is typed', () => {
  /** A network whose inputs have no names. */
  const model = (inputs: number): StoredModel => ({
    inputShape: [inputs],
    scaling: { kind: 'divide', divisor: 1, fill: Array.from({ length: inputs }, () => 0) },
    target: { kind: 'class', classes: 2 },
    layers: [{ kind: 'dense', units: 2 }],
    posterior: { kind: 'point' },
    samples: 0,
  });
  const table = {
    columns: [{ name: 'a' }, { name: 'b', categories: ['x', 'y'] }],
    target: 't',
  };
  const rowsOf = ({ rows }: ParsedRows): number[][] => rows.map((row) => [...row]);

  it('of a table: numbers, names, missing values, separators', () => {
    expect(rowsOf(parseTable('a,b\n1,2\n3,NA\n', 't', model(2)))).toEqual([
      [1, 2],
      [3, NaN],
    ]);
    expect(rowsOf(parseTable('1;2\n', 't', model(2)))).toEqual([[1, 2]]);
    expect(rowsOf(parseTable('-1e3\t"2"\n\n', 't', model(2)))).toEqual([[-1000, 2]]);
    expect(rowsOf(parseJsonLines('[[1, 2], [3, null]]\n', 't', model(4)))).toEqual([[1, 2, 3, NaN]]);
    expect(() => parseJsonLines('{"a": 1}', 't', model(1))).toThrow('t, line 1: expected a list of numbers.');
  });

  it('never stops the program from reading it', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string({ unit: fc.constantFrom('1', ',', '"', '\n', '[', 'x', ';', 'a', 'b', '{', ':', '}') }),
    );
    for (const parse of [parseTable, parseJsonLines]) {
      fc.assert(
        fc.property(text, (typed) => {
          try {
            for (const row of parse(typed, 't', model(2)).rows) expect(row).toHaveLength(2);
            for (const row of parse(typed, 't', { ...model(3), table }).rows) expect(row).toHaveLength(3);
          } catch (error) {
            expect(error).toMatchObject({ code: 'E_INPUT' });
          }
        }),
      );
    }
  });
});

describe('the probability for a risk', () => {
  it('answers as many examples as possible, and all equally sure ones together', () => {
    const judged = (confidence: number[], correct: number[]) => ({
      confidence: Float64Array.from(confidence),
      logDoubt: new Float64Array(confidence.length),
      correct: Uint8Array.from(correct),
    });
    const few = judged([0.9, 0.8, 0.8, 0.7, 0.6], [1, 1, 0, 1, 0]);
    expect(probabilityForRisk(few, 0.1)).toBe(0.9);
    expect(probabilityForRisk(few, 0.25)).toBe(0.7);
    expect(probabilityForRisk(few, 0.5)).toBe(0.6);
    expect(probabilityForRisk(judged([0.9], [0]), 0.5)).toBe(Infinity);
  });

  it('keeps the risk for any results, and answers every group that it can', () => {
    const one = fc.tuple(fc.constantFrom(0.5, 0.6, 0.7, 0.8, 0.9), fc.nat(1));
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (all, risk) => {
          const judged = {
            confidence: Float64Array.from(all, ([p]) => p),
            logDoubt: new Float64Array(all.length),
            correct: Uint8Array.from(all, ([, right]) => right),
          };
          const errorFrom = (threshold: number): number => {
            const given = all.filter(([p]) => p >= threshold);
            return given.filter(([, right]) => right === 0).length / given.length;
          };
          const best = [0.5, 0.6, 0.7, 0.8, 0.9].find(
            (p) => all.some(([q]) => q === p) && errorFrom(p) <= risk,
          );
          expect(probabilityForRisk(judged, risk)).toBe(best ?? Infinity);
        },
      ),
    );
  });
});
