import { readEpochs, readPlan, readTrial } from '@bbb/sweep';
import { headlineError, headlineOf, type TrialResult } from '@bbb/core';
import { headlineWords } from './headline.js';
import type { PruningRow, ResultDetail, Snapshot, TrialDetail } from './protocol.js';

/** Everything about one trial. Undefined if the sweep has no trial with that id. */
export async function trialDetail(dir: string, id: string): Promise<TrialDetail | undefined> {
  const { plan, config } = await readPlan(dir);
  const planned = plan.find((own) => own.id === id);
  if (!planned) return undefined;
  const { result, failed, stoppedAt } = await readTrial(dir, id);
  return {
    trial: planned.trial,
    epochs: await readEpochs(dir, id),
    ...(result ? { result: resultDetail(result) } : {}),
    ...(failed ? { failure: { kind: failed.kind, message: failed.error.message } } : {}),
    ...(stoppedAt === undefined ? {} : { stopped: { epoch: stoppedAt, scheduler: schedulerOf(config) } }),
  };
}

function resultDetail(result: TrialResult): ResultDetail {
  const { parameters, bestEpoch, environment, pruning } = result;
  const { bbb, node, platform, cpu } = environment;
  return {
    parameters,
    headline: headlineWords(result),
    bestEpoch: bestEpoch ?? null,
    ranOn: `bbb ${bbb}, Node ${node}, ${platform}, ${cpu}`,
    pruning: pruning.flatMap(({ pruner, share, zeros, evaluations }) =>
      evaluations.map(({ predict, metrics }): PruningRow => ({
        pruner,
        share,
        zeros,
        predict,
        error: headlineError(headlineOf(result), metrics),
        nll: metrics.nll,
        ece: metrics.ece ?? null,
      })),
    ),
  };
}

function schedulerOf(config: Snapshot['config']): string {
  const { scheduler } = (config['search'] ?? {}) as { scheduler?: { use: string } };
  return scheduler?.use ?? 'scheduler';
}
