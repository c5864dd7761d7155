import { createRegistry, loadPlugins, safeParse, type Registry } from '@bbb/core';
import { parseSweepConfig, parseSweepFile, planSweep, type Plan } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
// The packages do not export the formats of messages and of stored files.
import { hear } from '../../packages/sweep/src/executor/messages.js';
import { checkedEnd } from '../../packages/sweep/src/run/checked-end.js';
import { leadingEpochs } from '../../packages/sweep/src/store/epochs.js';
import { seal } from '../../packages/sweep/src/store/sealed.js';
import { parseSweepRecord, recordOf } from '../../packages/sweep/src/store/sweep-record.js';
import { reach } from '../../packages/sweep-bullmq/src/host/join.js';
import { headSchema } from '../../packages/sweep-bullmq/src/protocol.js';
import { codeOf, everywhere, jsonOf, OBSTINATE } from '../support/evil.js';
import { PLUGINS, TINY, tinyPlan } from '../support/sweeps/tiny.js';

let registry: Registry;
let plan: Plan;
beforeAll(async () => {
  registry = createRegistry(await loadPlugins(PLUGINS));
  plan = await tinyPlan({ seeds: [0, 1] });
});

const METRICS = { epoch: 1, learningRate: 0.1, trainNll: 1, trainError: 0.5, kl: 0, loss: 1, seconds: 1 };
const SEARCH = {
  ...TINY,
  search: {
    sampler: { use: 'tpe', options: { startup: 2 } },
    trials: 4,
    space: { 'training.optimizer.learningRate': { kind: 'logUniform', low: 1e-4, high: 1 } },
    scheduler: { use: 'asha', options: { eta: 2 } },
  },
};
const ANNOUNCEMENT = {
  queue: 'bbb-1',
  session: '1',
  bbb: '0.0.0',
  nodeMajor: 1,
  dir: '/none',
  plugins: [{ name: 'a', sha256: 'b' }],
  data: { options: {}, sha256: [{ a: 'b' }] },
};

interface Reader {
  readonly good: () => unknown;
  readonly read: (value: unknown) => unknown;
}

const READERS: Readonly<Record<string, Reader>> = {
  'a configuration': { good: () => SEARCH, read: (input) => planSweep(parseSweepConfig(input), registry) },
  'a configuration file': { good: () => SEARCH, read: (input) => parseSweepFile(input, 'bbb.config.json') },
  'the record of a sweep': {
    good: () => recordOf(plan),
    read: (record) => parseSweepRecord(seal('sweep', jsonOf(record))),
  },
  'an epoch of a trial': { good: () => METRICS, read: (epoch) => leadingEpochs([epoch]) },
  'a message of a worker': {
    good: () => ({ type: 'epoch', metrics: METRICS }),
    read: (said) => hear(said, 3),
  },
  'the end of a worker': {
    good: () => ({ type: 'end', end: { type: 'stopped', epoch: 2 }, retire: true }),
    read: (said) => hear(said, 3),
  },
  'the end of an executor': {
    good: () => ({ type: 'stopped', epoch: 2 }),
    read: (end) => checkedEnd('a', end),
  },
  'the announcement of a sweep': {
    good: () => ANNOUNCEMENT,
    read(said) {
      const { data: head } = safeParse(headSchema, said);
      if (head) reach(head, {});
    },
  },
};

describe.each(Object.entries(OBSTINATE))('with %s in any place', (_what, by) => {
  it.each(Object.entries(READERS))('%s is read, or refused with a code', (_name, { good, read }) => {
    for (const value of everywhere(good(), by)) codeOf(() => read(value));
  });
});

it.each(Object.entries(READERS))('%s without a change is read', (_name, { good, read }) => {
  expect(codeOf(() => read(good()))).toBeUndefined();
});
