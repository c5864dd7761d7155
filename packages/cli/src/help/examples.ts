/*
 * Examples of commands. This is the only file of this package that names plugins of other packages, because people learn from examples.
 */

/** The end of `bbb --help`. */
export const PROGRAM_EXAMPLES = `
Examples:
  bbb sweep --seeds 5            the main job: five ways to train, five seeds, pruned up to 99 %
  bbb sweep --preset study       the study's own protocol
  bbb plugins                    what there is to choose from
  bbb data                       which data sets are here
  bbb data inspect DIR           what your own data are, and the command to train on them
  bbb init plugin my-pruner      a plugin of your own, with its tests`;

/** The end of `bbb sweep --help`. */
export const SWEEP_EXAMPLES = `
Examples:
  bbb sweep --seeds 5
  bbb sweep --dataset fashion-mnist --epochs 10 --hidden 400,400 --prune 0,0.5,0.9
  bbb sweep --network cnn --methods sgd,bbb-gaussian --epochs 3
  bbb sweep --plugin ./my-pruner.ts --pruners my-pruner
  bbb sweep --trials 20 --sampler tpe --scheduler asha --space training.optimizer.learningRate=logUniform:1e-4:1e-1
  bbb sweep --set training.schedule.kind=cosine --grid training.optimizer.learningRate=1e-3,1e-4

What --space takes:
  training.optimizer.learningRate=logUniform:1e-4:1e-1   a number, evenly over its logarithm
  options.pi=uniform:0.25:0.75                           a number, evenly
  training.epochs=int:5:20                               a whole number
  training.batchSize=choice:32,64,128                    one of these
  methods.dropout.options.p=uniform:0.1:0.9              an option of one method
  hidden=choice:[100],[400,400]                          hidden layers
  network=choice:mlp,cnn                                 a network
With several --methods, --hidden or --network, a search chooses among these as well.

The same command again goes on where it stopped: finished trials are kept.`;
