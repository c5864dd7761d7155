import { readFileSync } from 'node:fs';
import { grad, memory, tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createRegistry, loadPlugins, runTrial } from '@bbb/core';
import { methodChecks } from '@bbb/contract';
import { referenceOps } from '@bbb/kernels';
import builtIns from '@bbb/plugins';
import { smallInput } from '../support/small-trial.js';
import { adam, prunersOf, trialOf } from '../support/trial.js';

const guides = new URL('../../docs/guides/', import.meta.url);
const example = new URL('custom-method/confidence-penalty.ts', guides);

it('the custom method guide shows exactly the file that is run', () => {
  const guide = readFileSync(new URL('custom-method.md', guides), 'utf8');
  expect(/```ts\n([\s\S]*?)```/.exec(guide)?.[1]).toBe(readFileSync(example, 'utf8'));
});

it('the guide shows the file of the method around another, which passes the checks of methods', async () => {
  const file = new URL('custom-method/twice.ts', guides);
  const blocks = [
    ...readFileSync(new URL('custom-method.md', guides), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
  ];
  expect(blocks.map(([, code]) => code)).toContain(readFileSync(file, 'utf8'));
  const [plugin] = await loadPlugins([file.href]);
  const checks = methodChecks({ method: plugin!.methods!['twice']!, toy: 'regression', ops: referenceOps() });
  // The method makes two optimiser steps for each batch and counts both, so its step does not follow one gradient.
  for (const { name, run } of checks) if (!/counts|finite differences/.test(name)) run();
});

it('a method from a tfjs loss trains, prunes and leaves nothing behind; its penalty raises the entropy', async () => {
  const { dataset, ops } = await smallInput();
  const registry = createRegistry([builtIns, ...(await loadPlugins([example.href]))]);
  const run = async (beta: number) => {
    const trial = trialOf({
      method: { use: 'confidence-penalty', options: { beta } },
      data: { use: 'mnist', options: {}, validation: 100, divisor: 255, limit: 1000 },
      training: { batchSize: 50, optimizer: adam(5e-3) },
      pruning: { pruners: prunersOf('magnitude'), shares: [0, 0.5], include: ['weight'], finetuneEpochs: 1 },
      prediction: { samples: 0 },
      seed: 1,
    });
    return (await runTrial({ trial, registry, dataset, ops })).result;
  };
  const before = memory().numTensors;
  const [plain, penalised] = [await run(0), await run(1)];
  expect(memory().numTensors).toBe(before);
  expect(plain.epochs.at(-1)!.trainError).toBeLessThan(0.2);
  const entropy = (result: typeof plain): number =>
    result.pruning[0]!.evaluations[0]!.metrics.predictiveEntropy!;
  expect(entropy(penalised)).toBeGreaterThan(1.5 * entropy(plain));
  expect(penalised.pruning[1]!.zeros).toBe(Math.floor((784 * 16 + 160) * 0.5));
  // tfjs differentiates in Node without its umbrella package.
  expect([...grad((x) => tf.sum(tf.square(x)))(tensor([1, 2])).dataSync()]).toEqual([2, 4]);
});
