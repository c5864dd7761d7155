import {
  BbbError,
  layerPass,
  linearLayers,
  type LinearLayer,
  type MethodContext,
  type Network,
  type Params,
} from '@bbb/core';
import type { Covariance } from './covariance.js';

/**
 * The network whose outputs are Gaussian: they are linear in the weights of the last layer, so their variances are known, and no draw is needed
 * (MacKay 1992; last layer: Kristiadi et al. 2020, arXiv 2002.10118). What becomes of them is a matter of the likelihood.
 *
 * @param mean the network at the means
 * @param shown draws of the weights, for those who look at them
 */
export function closedFormNetwork(
  { ops, architecture }: Pick<MethodContext, 'ops' | 'architecture'>,
  covariance: Pick<Covariance, 'outputVariances'>,
  params: Params,
  mean: Network,
  shown: Params,
  dispose: () => void,
): Network {
  const last = linearLayers(architecture).at(-1)!;
  return {
    weights: { ...mean.weights, ...shown },
    likelihood: mean.likelihood,
    outputs: (x) => mean.outputs(x),
    outputVariances(x) {
      const pass = layerPass(ops, architecture, mean.weights, x.shape[0]!);
      const variances = ops.alloc([x.shape[0]!, architecture.outputs]);
      try {
        pass.forward(x);
        pass.inputs((layer, input) => {
          if (layer === last) covariance.outputVariances(variances, params, layer, input);
        });
        return variances;
      } catch (error) {
        ops.free(variances);
        throw error;
      } finally {
        pass.dispose();
      }
    },
    dispose,
  };
}

/**
 * Checks that predictions can be computed in closed form.
 * @param context architecture and likelihood of the trial
 * @param layers the layers that have a Gaussian posterior
 * @throws BbbError `E_LAPLACE` if they are not the last layer alone, if that is not dense, or if the likelihood does not use variances
 */
export function requireClosedForm(
  { architecture, likelihood }: Pick<MethodContext, 'architecture' | 'likelihood'>,
  layers: readonly LinearLayer[],
): void {
  const all = linearLayers(architecture);
  if (layers.length > 1) {
    throw new BbbError('E_LAPLACE', 'prediction=closed-form works with layers=last only.', {
      hint: 'Choose layers=last, or prediction=linearised, whose draws are of the same Gaussian.',
    });
  }
  const last = all.at(-1)!;
  if (last.kind !== 'dense' || architecture.layers.at(-1) !== last) {
    throw new BbbError('E_LAPLACE', 'prediction=closed-form needs a network whose last layer is dense.', {
      hint: 'Choose prediction=linearised.',
    });
  }
  if (likelihood.takesVariances) return;
  throw new BbbError(
    'E_LAPLACE',
    'prediction=closed-form gives variances of outputs, which this likelihood does not use.',
    {
      hint: 'Choose prediction=linearised. A likelihood of your own declares takesVariances and adds them in its accumulator.',
    },
  );
}
