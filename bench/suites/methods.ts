import { wasmOps } from '@bbb/kernels';
import { mlp } from '@bbb/plugins';
import { here, milliseconds, type Contender, type Contest } from '../contest.js';
import { CLASSES, INPUTS, minibatches, mnist } from '../peers/images.js';
import { BATCH, contextOf, trainerStep, trainerSteps, type Kind } from '../peers/trainer-step.js';

const IMAGES = 10_000;
const MEMBERS = 5;
/** As in `trainEpoch`. */
const AT_ONCE = 8;
/** Steps of each network in a row. With so many, it matters little what is in the cache when its turn begins. */
const STEPS = 5 * AT_ONCE;

/** Compares a step of each kind of posterior with a step of maximum likelihood, on the same network and images. */
export async function methodsSuite(): Promise<Contest[]> {
  const batches = minibatches(await mnist(IMAGES), BATCH);
  const ops = await wasmOps();
  const architecture = mlp.create(
    { hidden: [400, 400], activation: 'relu' },
    { inputShape: [INPUTS], outputs: CLASSES },
  );
  const step = (use: string, options: Readonly<Record<string, unknown>>, kind: Kind) =>
    trainerStep(use, options, contextOf(ops, architecture, kind), batches);
  const contest = (kind: Kind, others: readonly Contender[]): Contest => ({
    title: `step of each method, ${kind}, 784-400-400-10, batch ${BATCH}, MNIST`,
    unit: milliseconds,
    contenders: [here('maximum likelihood', step('sgd', {}, kind)), ...others],
  });
  const members = { members: MEMBERS };
  const networks = Array.from({ length: MEMBERS }, () => step('sgd', {}, 'adam'));
  const together = trainerSteps('ensemble', members, contextOf(ops, architecture, 'adam'), batches, AT_ONCE);
  return [
    contest('adam', [here('sgld, preconditioned', step('sgld', {}, 'adam'))]),
    {
      title: `ensemble of ${MEMBERS} on ${STEPS} minibatches, adam, 784-400-400-10, batch ${BATCH}, MNIST`,
      unit: milliseconds,
      contenders: [
        here(`${MEMBERS} networks, one after the other`, () => {
          for (const alone of networks) for (let i = 0; i < STEPS; i++) alone();
        }),
        here('ensemble, as an epoch trains it', repeated(together, STEPS / AT_ONCE)),
        here('ensemble, all members for each minibatch', repeated(step('ensemble', members, 'adam'), STEPS)),
      ],
    },
    contest('sgd', [
      here('swag, between iterates', step('swag', {}, 'sgd')),
      here('sgld', step('sgld', {}, 'sgd')),
    ]),
  ];
}

function repeated(call: () => void, times: number): () => void {
  return () => {
    for (let i = 0; i < times; i++) call();
  };
}
