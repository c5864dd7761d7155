import type { Explanations } from '../explanation.js';

export const sweeps: Explanations = {
  E_DISK_FULL: {
    means: 'The disk is full.',
    helps: 'Free some space and type the same command again: finished trials are kept.',
  },
  E_DUPLICATE_TRIAL: {
    means: 'Two entries of a sweep are the same configuration.',
    helps: 'Leave one of them out.',
  },
  E_LOCK_LOST: {
    means: 'Another process took the sweep over while this one was stopped or cut off from its disk.',
    helps: 'Nothing to do: the other process continues the sweep.',
  },
  E_MESSAGE: {
    means: 'A worker or another machine sent a message that does not fit.',
    helps: 'Use the same version of bbb everywhere; a plugin may send messages of its own by mistake.',
  },
  E_NOT_A_SWEEP: {
    means: 'A folder holds no sweep.',
    helps: 'Give the folder that bbb sweep wrote, or a new one to write to.',
  },
  E_RESULT: {
    means: 'A trial ended without a result, or with one that is not its own.',
    helps: 'Type the command again with --retry-failed; an executor of your own has to hand results over.',
  },
  E_RESULT_SHAPE: {
    means: 'A result has a value that a file can not hold, or does not belong to its checkpoint.',
    helps: 'Methods and pruners report plain finite numbers.',
  },
  E_SEARCH_SPACE: {
    means:
      'A search space is empty, too small for the number of trials, or names something that is not an option.',
    helps: 'Put the lower bound first; logUniform needs bounds above 0; ask for fewer --trials.',
  },
  E_STORE_DAMAGED: {
    means: 'A file in the folder of a sweep is damaged, or bbb did not put it there.',
    helps: 'bbb sweep repair DIR sets damaged trials aside; the same command trains them again.',
  },
  E_STORE_IO: {
    means: 'A file of the sweep could not be read or written.',
    helps: 'Correct what the message says and type the same command again: finished trials are kept.',
  },
  E_SWEEP_CHANGED: {
    means: 'The folder holds a sweep with another configuration or other data.',
    helps: 'Choose another --dir, or continue with the earlier configuration and data.',
  },
  E_SWEEP_CONFIG: {
    means: 'A configuration has an unknown member, a wrong value, or members that contradict each other.',
    helps: 'docs/configuration.md lists all members; editors check them by the JSON Schema.',
  },
  E_SWEEP_LOCKED: {
    means: 'Another process is running this sweep.',
    helps:
      'Wait for it or stop it. If it certainly does not run any more, delete the lock file that the message names.',
  },
  E_SWEEP_MISSING: {
    means: 'The folder of the sweep does not exist.',
    helps: 'Give the folder that bbb sweep wrote; bbb sweep prints it at the end.',
  },
  E_TIMEOUT: {
    means: 'A trial took longer than --timeout allows.',
    helps: 'Allow more; --retry-failed goes on from its last checkpoint.',
  },
  E_UNKNOWN: {
    means: 'Something without a code was thrown in a worker.',
    helps: 'Set BBB_DEBUG=1 and report what it prints.',
  },
  E_USAGE: {
    means: 'A command has a wrong option or argument.',
    helps: 'Type bbb COMMAND --help.',
  },
  E_WORKER_LOAD: {
    means: 'A worker could not start.',
    helps: 'Run fewer at a time: --workers. A plugin that hangs while it is loaded gives this, too.',
  },
};
