import type { Explanations } from '../explanation.js';

export const networks: Explanations = {
  E_BANDIT: {
    means: 'The bandit has no agent to play, or its data set or method does not fit.',
    helps: 'It needs a complete table of classes, and methods that predict at any time.',
  },
  E_COVERAGE: {
    means: 'Conformal sets can not be made for this coverage.',
    helps: 'Choose a coverage above 0 and below 1, e.g. 0.9.',
  },
  E_CURVATURE: {
    means: 'A curvature needs training examples and a likelihood with hessianRoot(); one of them is missing.',
    helps: 'Give training examples; a likelihood of your own needs hessianRoot().',
  },
  E_DIVERGED: {
    means: 'The loss or a measured number is no longer finite.',
    helps: 'Lower the learning rate: --lr. The message names the epoch, and often the reason.',
  },
  E_DRAW: {
    means: 'A program asked for a draw that the model does not have.',
    helps: 'Pass a draw that model.draws() returned. Ensembles and chains have no mean network.',
  },
  E_ESTIMATOR: {
    means: 'The estimator "local" needs a prior whose KL has a closed form.',
    helps: 'Use estimator=flipout, or a method with such a prior: a single Gaussian.',
  },
  E_LAPLACE: {
    means: 'Laplace can not be fitted around this method or these layers.',
    helps: 'Choose a method that trains a single network; or prediction=sampled.',
  },
  E_METRIC_COUNT: {
    means: 'A metric got a number of bins, points or classes that is not a whole number from 1.',
    helps: 'Pass a whole number from 1.',
  },
  E_METRIC_PROBABILITY: {
    means: 'A metric got a probability or a logit that is NaN, infinite, or outside of 0 to 1.',
    helps: 'NaN comes from a training that diverged.',
  },
  E_METRIC_SHAPE: {
    means: 'Arrays given to a metric do not fit each other.',
    helps: 'Probabilities are [examples, classes], row by row, with one label for each example.',
  },
  E_PREDICT_OPTION: {
    means: 'A prediction was asked for with an option that it does not have.',
    helps: 'Its options are samples and maxRisk.',
  },
  E_PREDICT_SAMPLES: {
    means: 'The number of draws is not a whole number, or @bbb/predict was asked for more than 10,000.',
    helps: 'Give a whole number from 1, or 0 for the mean network.',
  },
  E_PREDICT_THREAD: {
    means: 'A thread that computed answers for a part of the examples ended.',
    helps:
      'Run it again with --threads 1: each thread has its own copy of the network, and memory may have run out.',
  },
  E_PRUNE_LAYERS: {
    means: 'Not every layer has a sparsity.',
    helps: 'Give one sparsity for each layer with weights, the one next to the inputs first.',
  },
  E_PRUNE_MASK: {
    means: 'A mask has another length than the weights that it is for.',
    helps: 'Give one byte for each element, row by row: 1 keeps, 0 removes.',
  },
  E_PRUNE_NAME: {
    means: 'A weight or layer to prune, or to leave out, is not in the model.',
    helps: 'The message lists the names that it has.',
  },
  E_PRUNE_NOTHING: {
    means: 'There is nothing to prune: no tensor has the roles of --include.',
    helps: 'Change --include or --exclude.',
  },
  E_PRUNE_REVIVED: {
    means: 'A pruned weight came back in the network of a method.',
    helps: 'Its author names the weight of every parameter in model.params; methodChecks finds this.',
  },
  E_PRUNE_SCORE: {
    means: 'A criterion scored a weight as NaN or infinite.',
    helps: 'Its author looks for a division by 0.',
  },
  E_PRUNE_SHARE: { means: 'A sparsity is outside of 0 to 1.', helps: 'Write 90 % as 0.9.' },
  E_RISK: {
    means: 'A risk (--max-risk) is not a fraction between 0 and 1, or a model file has no threshold for it.',
    helps: 'Give a fraction, e.g. 0.05. Ask for a larger risk, or predict with the folder of the trial.',
  },
  E_STOPPED: {
    means: 'A trial was stopped between two epochs on request.',
    helps: 'Nothing to do: it continues from its checkpoint when the sweep does.',
  },
  E_TRIAL: {
    means: 'A trial, as plain JSON, does not fit its schema.',
    helps: 'planSweep() of @bbb/sweep makes complete trials of a short configuration.',
  },
  E_TRIAL_INPUT: {
    means: 'A trial and the data, checkpoint or hooks it is to run with contradict each other.',
    helps: 'The message says which; give what the trial names.',
  },
};
