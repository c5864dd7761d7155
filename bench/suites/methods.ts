import { wasmOps } from '@bbb/kernels';
import { mlp } from '@bbb/plugins';
import { here, milliseconds, type Contender, type Contest } from '../contest.js';
import { CLASSES, INPUTS, minibatches, mnist } from '../peers/images.js';
import { BATCH, contextOf, trainerStep, type Kind } from '../peers/trainer-step.js';

const IMAGES = 10_000;
const MEMBERS = 5;

/** A step of each way to a posterior beside one of maximum likelihood, on the same network and the same images. */
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
  const alone = step('sgd', {}, 'adam');
  return [
    contest('adam', [
      here(`ensemble of ${MEMBERS}`, step('ensemble', { members: MEMBERS }, 'adam')),
      here(`the same network, ${MEMBERS} steps`, () => {
        for (let member = 0; member < MEMBERS; member++) alone();
      }),
      here('sgld, preconditioned', step('sgld', {}, 'adam')),
    ]),
    contest('sgd', [
      here('swag, between iterates', step('swag', {}, 'sgd')),
      here('sgld', step('sgld', {}, 'sgd')),
    ]),
  ];
}
