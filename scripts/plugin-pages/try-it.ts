import type { CatalogueEntry } from '../../packages/cli/src/catalogue/entries.js';

const RATE = '--space training.optimizer.learningRate=logUniform:1e-4:1e-2';

/** A method whose weights have everything that a criterion needs. */
const METHOD_WITH: Readonly<Record<string, string>> = {
  sigma: 'bbb-mixture',
  inclusion: 'spike-slab',
  unitNoise: 'group-jeffreys',
};

/** Data sets that need a file or a folder, or that are only used as out-of-distribution data. */
const DATA: Readonly<Record<string, string>> = {
  idx: '--dataset idx --data-dir my-arrays',
  images: '--dataset images --data-dir my-pictures',
  csv: '--dataset csv --data my-table.csv --target price',
  rotated: '--ood rotated',
  glyphs: '--ood glyphs',
  curve: '--preset curve',
};

/** A command that uses it, by kind; kinds without one have it on their page. A test plans every command. */
const COMMANDS: Readonly<Record<string, (entry: CatalogueEntry) => string>> = {
  methods: ({ name }) => `train --method ${name} --hidden 100 --epochs 2`,
  pruners: ({ name, details }) => `sweep --methods ${methodFor(details)} --pruners ${name} --prune 0.9`,
  procedures: ({ name }) => `sweep --methods sgd --procedure ${name} --prune 0.9`,
  datasets: ({ name }) => `sweep ${DATA[name] ?? `--dataset ${name}`}`,
  samplers: ({ name }) => `sweep --methods bbb-mixture --trials 16 --sampler ${name} ${RATE}`,
  schedulers: ({ name }) => `sweep --methods sgd --trials 16 --scheduler ${name} ${RATE}`,
  presets: ({ name, details }) =>
    'bandit' in details ? `bandit --preset ${name}` : `sweep --preset ${name} --seeds 5`,
};

function methodFor({ needs, needsSigma }: Readonly<Record<string, unknown>>): string {
  const parts = [...((needs as readonly string[] | undefined) ?? []), ...(needsSigma ? ['sigma'] : [])];
  return parts.map((part) => METHOD_WITH[part]).find((method) => method !== undefined) ?? 'sgd';
}

/** The command as a block of a page; empty for kinds that have none. */
export function tryIt(entry: CatalogueEntry): string {
  const command = COMMANDS[entry.kind]?.(entry);
  return command === undefined ? '' : `\`\`\`sh\nnpx bbb ${command}\n\`\`\``;
}
