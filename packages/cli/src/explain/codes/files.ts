import type { Explanations } from '../explanation.js';

export const files: Explanations = {
  E_CHECKPOINT_DAMAGED: {
    means: 'A checkpoint is not a whole safetensors file.',
    helps: 'Use another one; the command of the sweep trains the trial again.',
  },
  E_CHECKPOINT_FOREIGN: {
    means: 'A safetensors file was not written by bbb.',
    helps: 'Give the checkpoint.safetensors of a trial. bbb import takes networks of PyTorch and Keras.',
  },
  E_CHECKPOINT_MISMATCH: {
    means: 'A checkpoint belongs to another method, network or trial.',
    helps: 'Give the checkpoint of this trial, or start it over.',
  },
  E_CHECKPOINT_MISSING: {
    means: 'There is no checkpoint at this path.',
    helps: 'Give checkpoint.safetensors, or the folder of a trial.',
  },
  E_CHECKPOINT_TENSOR: {
    means: 'A program asked to write a tensor whose data do not fit its shape, or text that is not Unicode.',
    helps: 'The product of the shape is the number of elements.',
  },
  E_CHECKPOINT_UNREADABLE: {
    means: 'A checkpoint could not be read.',
    helps: 'Check its permissions; a damaged disk gives this, too.',
  },
  E_CONFIG_AMBIGUOUS: {
    means: 'The folder has several configuration files.',
    helps: 'Choose one: --config FILE.',
  },
  E_CONFIG_LOAD: {
    means: 'A configuration file can not be parsed, throws, or is of an unknown kind.',
    helps: 'Correct what the message says, or leave the file out: --no-config.',
  },
  E_CONFIG_NOT_FOUND: {
    means: 'The file that --config names does not exist.',
    helps: 'Check the path; without --config a bbb.config file in this folder is used.',
  },
  E_EXPORT: {
    means: 'This network can not be written in this format.',
    helps: 'Choose another --format; the message says what the format lacks.',
  },
  E_IMPORT: {
    means: 'A foreign network can not be turned into one of bbb.',
    helps: 'The message names the layer or tensor. MLPs and LeNet-like networks can be imported.',
  },
  E_INPUT: {
    means:
      'The input of a prediction does not have the form of the examples that the network was trained on.',
    helps: 'Give the same number of values, in the same order and units, as in training.',
  },
  E_MODEL_FILE: {
    means: 'A file is not a model file of bbb, or it is damaged.',
    helps: 'Write it again: bbb export --format sparse.',
  },
  E_MODEL_VERSION: {
    means: 'A model file was written by a version of bbb with another format.',
    helps: 'Use @bbb/predict of the version that wrote it, or write it again.',
  },
  E_REPORT_FORMAT: { means: 'There is no report of this format.', helps: 'bbb report --help lists them.' },
  E_REPORT_REFERENCE: {
    means: 'The method that others should be compared with is not in the sweep.',
    helps: 'Name one of its labels: --reference LABEL.',
  },
  E_REPORT_SPARSITY: {
    means: 'No network of the sweep was pruned to this sparsity.',
    helps: 'Name one that was measured: --sparsity 0.9.',
  },
  E_REPORT_THREAD: {
    means: 'The thread that makes the report ended before it was done. Memory may have run out.',
    helps: 'Try bbb report with fewer formats. The results are kept.',
  },
  E_REPORT_WRITE: {
    means: 'A report could not be written.',
    helps: 'Choose another folder: --out DIR.',
  },
  E_NOTHING_TO_COMPARE: {
    means: 'Two sweeps have no method in common.',
    helps: 'Give two sweeps that share a method with the same data set, network, likelihood and label.',
  },
  E_SERVE_ASSETS: { means: 'The page was not built.', helps: 'In a checkout: npm run build.' },
  E_HOST: {
    means: 'The page can not be served at this address.',
    helps: 'Give an address of this machine: --host 127.0.0.1.',
  },
  E_PORT_DENIED: { means: 'A port below 1024 needs more rights.', helps: 'Choose --port 8080.' },
  E_PORT_TAKEN: {
    means: 'Another program has the port.',
    helps: 'Choose another: --port 0 takes any that is free.',
  },
};
