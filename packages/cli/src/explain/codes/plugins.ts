import type { Explanations } from '../explanation.js';

export const plugins: Explanations = {
  E_DUPLICATE_NAME: {
    means: 'Two plugins contribute the same name.',
    helps: 'Leave one of them out, or rename it in your own.',
  },
  E_EXECUTOR: {
    means: 'An executor does not follow its interface.',
    helps: 'Its author runs executorChecks of @bbb/contract.',
  },
  E_LIKELIHOOD: {
    means: 'A likelihood does not fit the targets, or does not follow its interface.',
    helps:
      'bbb plugins likelihoods says which is for classes, and which for numbers. Authors run likelihoodChecks of @bbb/contract.',
  },
  E_METHOD: {
    means: 'A method does not follow its interface.',
    helps: 'Its author runs methodChecks of @bbb/contract.',
  },
  E_NETWORK: {
    means:
      'A network does not fit the examples or the outputs, has too many weights, or its layers do not fit each other.',
    helps: 'The message names the layer and both shapes; bbb plugins NAME lists the options.',
  },
  E_NETWORK_RESIZE: {
    means: 'A network can not be made smaller: one of its layers has no resize().',
    helps: 'Prune it without making it smaller, or give the layer resize().',
  },
  E_OPTIONS: {
    means: 'Options of a method, network, pruner, ... do not fit their schema.',
    helps: 'bbb plugins NAME lists its options with their defaults.',
  },
  E_PLUGIN_COPY: {
    means: 'A plugin brought a second copy of @bbb/core or tfjs, which would not work with the first.',
    helps: 'Its package names them as peerDependencies; then npm dedupe, or install it again.',
  },
  E_PLUGIN_NOT_FOUND: {
    means: 'There is no plugin file or package of this name.',
    helps: 'Write a file as ./my-plugin.ts; install a package where you run bbb.',
  },
  E_PLUGIN_SHAPE: {
    means: 'The default export of a plugin is not what definePlugin() returns.',
    helps: "End the file with: export default definePlugin({ name: '...', ... });",
  },
  E_PLUGIN_THREW: {
    means: 'A plugin failed while it was loaded.',
    helps: 'The message has its own error; BBB_DEBUG=1 shows where.',
  },
  E_PROCEDURE: {
    means: 'A procedure does not follow its interface, or its options contradict the sweep.',
    helps: 'bbb plugins NAME lists its options. Authors run procedureChecks of @bbb/contract.',
  },
  E_PRUNER_DATA: {
    means: 'A criterion needs training examples, and none are given.',
    helps:
      'Give the data: --data-dir. Or choose a criterion that needs none: bbb plugins pruners lists them.',
  },
  E_PRUNER_SHAPE: {
    means: 'A pruner did not return one score for each weight or unit.',
    helps: 'Its author runs prunerChecks of @bbb/contract.',
  },
  E_PRUNER_UNFIT: {
    means: 'A criterion does not fit the method or the network, e.g. it needs standard deviations.',
    helps: 'magnitude fits every method; bbb plugins pruners says what each needs.',
  },
  E_REPORTER: {
    means: 'A reporter does not follow its interface.',
    helps: 'Its author runs reporterChecks of @bbb/contract.',
  },
  E_SAMPLER: {
    means: 'A sampler does not follow its interface.',
    helps: 'Its author runs samplerChecks of @bbb/contract.',
  },
  E_SCHEDULER: {
    means: 'A scheduler does not follow its interface.',
    helps: 'Its author runs schedulerChecks of @bbb/contract.',
  },
  E_STORE: {
    means: 'A store does not follow its interface.',
    helps: 'Its author runs storeChecks of @bbb/contract.',
  },
  E_TENSORS: {
    means: 'A method that tfjs differentiates can not train with several threads.',
    helps: 'Use one thread: startBackend() without a number of threads, or --threads 1.',
  },
  E_UNKNOWN_NAME: {
    means: 'No plugin that is loaded contributes this name.',
    helps: 'bbb plugins lists all names; --plugin loads another plugin.',
  },
};
