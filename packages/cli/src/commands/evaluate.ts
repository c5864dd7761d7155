import {
  datasetsText,
  evaluate as measure,
  type Evaluation,
  type MetricSpec,
  type SweepDataset,
} from '@bbb/core';
import { usableCores } from '@bbb/sweep';
import { examplesWord } from '../io/examples.js';
import { print, printJson } from '../io/output.js';
import { percent } from '../progress/lines.js';
import { loadRegistry } from '../io/registry.js';
import { loadTestSets } from '../network/data.js';
import { metricRows } from '../network/metric-rows.js';
import { openNetwork } from '../network/open.js';
import { watchedSets } from '../network/watched.js';
import type { EvaluateFlags } from '../options/kinds.js';
import { workProgress } from '../progress/work.js';

/** `bbb evaluate`: measures a stored network on test examples, with the noise that its trial was measured with. */
export async function evaluate(place: string, flags: EvaluateFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const network = await openNetwork(place, registry, flags.threads ?? usableCores());
  const work = workProgress();
  try {
    const { keys, params } = network;
    const sets = await loadTestSets(network, flags, registry);
    const count = sets.test.rows.length;
    const what = examplesWord(sets.test.inputShape);
    const { headline } = network.likelihood;
    const { samples } = flags;
    const watched = watchedSets(sets, network, samples, work.step('measuring'));
    const { evaluations } = measure(network, params, watched, samples, keys.evaluate);
    work.close();
    if (flags.json) {
      const [{ name: dataset, sha256 }] = sets.described as [SweepDataset];
      await printJson({
        checkpoint: network.file.path,
        dataset,
        dataSha256: sha256,
        examples: count,
        ...(what === 'images' ? { images: count } : {}),
        headline,
        evaluations,
      });
    } else {
      await print(
        [
          `${network.file.path} on ${datasetsText(sets.described)}, ${count} ${what}`,
          ...evaluations.map((evaluation) => text(evaluation, headline)),
        ].join('\n'),
      );
    }
    return 0;
  } finally {
    work.close();
    network.close();
  }
}

function text({ predict, samples, metrics, ood }: Evaluation, spec: MetricSpec): string {
  const rows = [
    ...metricRows(metrics, spec),
    ...Object.entries(ood ?? {}).flatMap(([name, scores]) =>
      Object.entries(scores).map(([score, { auroc }]): [string, string] => [
        `AUROC against ${name} by ${score}`,
        percent(auroc),
      ]),
    ),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    predict === 'mean' ? 'Mean network' : `Average of ${samples} draws`,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
  ].join('\n');
}
