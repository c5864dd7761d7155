/**
 * Trains a method with the width and budget of its published result, one seed and all training images, and measures it once on test images:
 * `npx tsx --conditions=@bbb/source bench/methods/run.ts sparse-vd [--epochs 200] [--seed 0] [--shares 0.99]`. Takes long: start it in the background.
 */
import { parseArgs } from 'node:util';
import {
  createRegistry,
  parseOptions,
  resolveMethod,
  runTrial,
  startBackend,
  type PruningResult,
  type Trial,
} from '@bbb/core';
import builtIns from '@bbb/plugins';
import { markdown } from '../table.js';
import { PROTOCOLS, type Protocol } from './protocols.js';

/** Number of test images. Published log-likelihoods are sums over them. */
const TEST = 10_000;
const DRAWS = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string' },
    seed: { type: 'string', default: '0' },
    shares: { type: 'string' },
  },
});
const registry = createRegistry([builtIns]);
const ops = await startBackend();
const dataset = await registry.get('datasets', 'mnist').load({}, {});

for (const name of positionals.length > 0 ? positionals : Object.keys(PROTOCOLS)) {
  const known = PROTOCOLS[name];
  if (!known) throw new Error(`there is no protocol '${name}': one of ${Object.keys(PROTOCOLS).join(', ')}`);
  const shares = values.shares?.split(',').map(Number);
  const protocol = { ...known, ...(shares ? { shares } : {}) };
  const epochs = Number(values.epochs ?? protocol.training.epochs);
  const trial = trialOf(protocol, epochs, Number(values.seed));
  const { result } = await runTrial({
    trial,
    registry,
    dataset,
    ops,
    hooks: {
      onEpoch: ({ epoch, trainNll, loss, seconds }) => {
        const nats = `${trainNll.toFixed(4)} nats an example, with KL or prior ${loss.toFixed(4)}`;
        process.stderr.write(`${name}: epoch ${epoch} of ${epochs}, ${nats}, ${seconds.toFixed(1)} s\n`);
      },
    },
  });
  process.stdout.write(tableOf(name, protocol, trial, result.pruning));
}

function trialOf(
  {
    method: { use, options },
    hidden,
    network,
    procedure,
    training,
    divisor,
    shares,
    draws = DRAWS,
    ...named
  }: Protocol,
  epochs: number,
  seed: number,
): Trial {
  const resolved = resolveMethod({ use, options }, registry);
  const { pruner = resolved.pruner } = named;
  return {
    method: resolved.use,
    data: { use: 'mnist', options: {}, validation: 0, divisor },
    hidden,
    ...(network ? { network } : {}),
    training: { ...training, epochs },
    pruning: {
      pruners: [
        {
          use: pruner,
          options: parseOptions(
            pruner,
            registry.get('pruners', pruner).options,
            {},
          ) as Trial['method']['options'],
        },
      ],
      shares: [0, ...shares],
      scope: 'global',
      include: ['weight', 'bias'],
      finetuneEpochs: 0,
      ...(procedure ? { procedure } : {}),
    },
    prediction: { samples: draws },
    numerics: 'strict',
    select: 'last',
    seed,
  };
}

/** Published results of draws are in the column of draws. */
function publishedFigures({ error, logLikelihood }: Protocol['published']): string[] {
  return logLikelihood === undefined ? [error, '', '', ''] : ['', error, '', logLikelihood];
}

function tableOf(
  name: string,
  protocol: Protocol,
  { training, hidden, network, prediction, seed }: Trial,
  pruning: readonly PruningResult[],
): string {
  const { published, differences } = protocol;
  const draws = `${prediction.samples} draws`;
  const head = ['test error, mean network', draws, 'log-likelihood, mean network', draws];
  const rows = pruning.map(({ suggested, zeros, ranked, paths, evaluations }) => {
    const error = (predict: 'mean' | 'samples'): string => {
      const found = evaluations.find((evaluation) => evaluation.predict === predict);
      return found ? `${(100 * (1 - found.metrics['accuracy']!)).toFixed(2)} %` : '';
    };
    const logLikelihood = (predict: 'mean' | 'samples'): string => {
      const found = evaluations.find((evaluation) => evaluation.predict === predict);
      return found ? (-TEST * found.metrics['nll']).toFixed(1) : '';
    };
    const left = ranked / (ranked - zeros);
    const removed = `${((100 * zeros) / ranked).toFixed(2)} % (${left.toFixed(1)} times fewer)`;
    const kept = `${ranked - zeros} (${paths!.active})`;
    const asked = suggested ? 'as the criterion suggests' : 'asked for';
    return [
      asked,
      removed,
      kept,
      error('mean'),
      error('samples'),
      logLikelihood('mean'),
      logLikelihood('samples'),
    ];
  });
  const budget =
    training.epochs < protocol.training.epochs
      ? [`${training.epochs} epochs for ${protocol.training.epochs}`]
      : [];
  return [
    `${name}: ${network ? network.use : `784-${hidden.join('-')}-10`}, ${training.epochs} epochs, seed ${seed}\n`,
    markdown([
      ['weights removed', '', 'left (on a path)', ...head],
      ...rows,
      [`published: ${published.source}`, published.removed, '', ...publishedFigures(published)],
    ]),
    `\nNot the same as there: ${[...budget, ...differences].join('; ')}.\n\n`,
  ].join('\n');
}
