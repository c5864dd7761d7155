import type { Explanations } from '../explanation.js';

export const machines: Explanations = {
  E_LISTEN: {
    means: 'The coordinator can not listen at this address.',
    helps: 'Give an address of this machine and a free port: --listen 0.0.0.0:7070.',
  },
  E_PARCEL: {
    means: 'Files that another machine sent are missing, damaged, or of another trial.',
    helps: 'The trial is given out again; if it goes on, check the network and both versions of bbb.',
  },
  E_QUEUE: {
    means: 'The queue server refuses to work, for a reason without a code of its own.',
    helps: 'Try the same address with redis-cli or psql.',
  },
  E_QUEUE_ACCESS: {
    means: 'The queue server refuses this user, or the user has too few rights.',
    helps: 'Give name and password in the address; the message names the right that is missing.',
  },
  E_QUEUE_CLOCK: {
    means: 'The clocks of this machine and of the server differ too much.',
    helps: 'Set both by NTP: the clock decides who has which trial.',
  },
  E_QUEUE_DATABASE: {
    means: 'The server has no database of this name or number.',
    helps: 'Name one that exists after the host.',
  },
  E_QUEUE_DOWN: { means: 'The queue server does not answer.', helps: 'Start it, or correct the address.' },
  E_QUEUE_FULL: {
    means: 'The queue server has no room left.',
    helps: 'Make room and type the same command again: finished trials are kept.',
  },
  E_QUEUE_URL: {
    means: 'An address is not one of a Redis or PostgreSQL server.',
    helps: 'It looks like redis://:password@host:6379 or postgres://user@host:5432/database.',
  },
  E_QUEUE_VERSION: {
    means: 'The server is too old for bbb.',
    helps: 'Use a newer PostgreSQL.',
  },
  E_UPLOAD: {
    means: 'The coordinator did not accept a result that this machine uploaded.',
    helps: 'The message has its answer; the worker needs --upload-to with the address of the coordinator.',
  },
};
