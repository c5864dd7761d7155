import {
  checkData,
  checkedDataset,
  faintInputs,
  oddities,
  outsideOddities,
  parseOptions,
  sharedExamples,
  summarise,
  type DataOptions,
  type Dataset,
  type DatasetContext,
  type Datasets,
  type Registry,
  type Use,
} from '@bbb/core';
import { dataKey } from './data-key.js';

/**
 * Loads and verifies every data set that these trials name, once each.
 * @throws BbbError as the data sets do, and as `checkData` for trials that can't use them
 */
export async function loadData(
  registry: Registry,
  needed: readonly DataOptions[],
  dataDir: string | undefined,
  onProgress?: DatasetContext['onProgress'],
): Promise<Datasets> {
  const loaded: Record<string, Dataset> = {};
  const load = async (use: Use, secondary: boolean): Promise<void> => {
    const key = dataKey(use);
    if (loaded[key]) return;
    const source = registry.get('datasets', use.use);
    const options = parseOptions(use.use, source.options, use.options);
    const given = await source.load(options, {
      ...(dataDir === undefined ? {} : { dataDir }),
      secondary,
      ...(onProgress ? { onProgress } : {}),
    });
    loaded[key] = checkedDataset(use.use, given);
  };
  for (const data of needed) await load(data, false);
  for (const { outOfDistribution } of needed) if (outOfDistribution) await load(outOfDistribution, true);
  for (const data of needed) {
    const second = data.outOfDistribution;
    checkData(loaded[dataKey(data)]!, data, second && loaded[dataKey(second)]);
  }
  return loaded;
}

/** Oddities of data that do not keep trials from using them: one text for each set, shown before the trials run. */
export function dataWarnings(datasets: Datasets, options: DataOptions): string[] {
  const { outOfDistribution } = options;
  const main = datasets[dataKey(options)]!;
  const outside = outOfDistribution && datasets[dataKey(outOfDistribution)]!;
  const summary = summarise(main);
  const found = [
    oddities(summary),
    // Features that are not bytes are standardised by default.
    main.train.features instanceof Uint8Array ? faintInputs(summary, options) : [],
    ...(outside ? [outsideOddities(summarise(outside)), sharedExamples(main, outside)] : []),
  ];
  return found.flatMap((sentences) => (sentences.length > 0 ? [sentences.join(' ')] : []));
}
