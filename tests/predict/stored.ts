import { gzipSync } from 'node:zlib';
import type { ToyKind } from '@bbb/contract/toy';
import {
  createRegistry,
  decodeCheckpoint,
  openCheckpoint,
  prune,
  runTrial,
  startBackend,
  type Examples,
  type OpenCheckpoint,
  type Trial,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import builtIns from '@bbb/plugins';
import { encodeModel } from '@bbb/predict/format';
import { storeNetwork, type StoreOptions } from '@bbb/predict/store';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const registry = createRegistry([builtIns]);

export interface Trained {
  readonly ops: Ops;
  readonly network: OpenCheckpoint;
  /** The examples of the test set. */
  readonly examples: Examples;
}

/** A trained network of a tiny trial. */
export async function train(
  kind: ToyKind,
  method: Trial['method'],
  changes: Partial<Trial> = {},
): Promise<Trained> {
  const ops = await startBackend();
  const dataset = tinyDataset(kind);
  const trial = tinyTrial(kind, method, { select: 'last', ...changes });
  const { checkpoint } = await runTrial({ trial, registry, dataset, ops });
  const network = openCheckpoint(decodeCheckpoint(checkpoint), registry, ops);
  const { preprocessing, inputShape } = network.data;
  const rows = Uint32Array.from({ length: dataset.test.count }, (_, i) => i);
  return { ops, network, examples: { ...dataset.test, inputShape, preprocessing, rows } };
}

/** Sets this fraction of every tensor to zero, the smallest elements first. */
export function pruneTrained({ ops, network: { model, params } }: Trained, share: number): void {
  const keep = model.posterior(params).map(({ name, mu }) => {
    const sizes = mu.map(Math.abs).sort();
    const limit = sizes[Math.floor(share * sizes.length)]!;
    return [name, Uint8Array.from(mu, (value) => (Math.abs(value) >= limit ? 1 : 0))] as const;
  });
  prune(ops, model, params, Object.fromEntries(keep));
}

/** The gzipped model file of this network. */
export function fileOf({ ops, network }: Trained, options: StoreOptions = {}): Uint8Array<ArrayBuffer> {
  const { model, tensors } = storeNetwork({ ...network, ops }, options);
  return new Uint8Array(gzipSync(encodeModel(model, tensors), { level: 9 }));
}
