import { datasetsText, evaluate as measure, type Evaluation, type SweepDataset } from '@bbb/core';
import { print, printJson } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import { loadTestSets } from '../network/data.js';
import { openNetwork } from '../network/open.js';
import type { EvaluateFlags } from '../options/kinds.js';
import { percent } from '../progress/lines.js';

/** `bbb evaluate`: a stored network on test images, with the noise that its trial was measured with. */
export async function evaluate(place: string, flags: EvaluateFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const network = await openNetwork(place, registry);
  try {
    const { keys, params } = network;
    const sets = await loadTestSets(network, flags, registry);
    const { evaluations } = measure(network, params, sets, flags.samples, keys.evaluate);
    if (flags.json) {
      const [{ name: dataset, sha256 }] = sets.told as [SweepDataset];
      const images = sets.test.rows.length;
      await printJson({ checkpoint: network.file.path, dataset, dataSha256: sha256, images, evaluations });
    } else {
      await print(
        `${network.file.path} on ${datasetsText(sets.told)}, ${sets.test.rows.length} images\n${evaluations.map(text).join('\n')}`,
      );
    }
    return 0;
  } finally {
    network.close();
  }
}

function text({ predict, samples, metrics, ood }: Evaluation): string {
  const rows: [string, string][] = [
    ['accuracy', percent(metrics['accuracy']!)],
    ['error', percent(1 - metrics['accuracy']!)],
    ['NLL', `${metrics.nll.toFixed(4)} nats`],
    ['Brier score', metrics['brier']!.toFixed(4)],
    ['ECE, 15 bins', percent(metrics['ece']!)],
    ['predictive entropy', `${metrics['predictiveEntropy']!.toFixed(4)} nats`],
    ['mutual information', `${metrics['mutualInformation']!.toFixed(4)} nats`],
    ...Object.entries(ood ?? {}).flatMap(([name, scores]) =>
      Object.entries(scores).map(([score, { auroc }]): [string, string] => [
        `AUROC against ${name} by ${score}`,
        auroc.toFixed(4),
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
