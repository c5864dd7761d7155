import {
  canonicalJson,
  checkData,
  checkedDataset,
  parseOptions,
  type DataOptions,
  type Datasets,
  type Registry,
  type Use,
} from '@bbb/core';
import type { Dataset } from 'mnist-data-loader';

/** What tells one data set from another. */
export const dataKey = ({ use, options }: Use): string => canonicalJson({ use, options });

/**
 * Loads and verifies every data set that these trials name, once each.
 * @throws BbbError as the data sets do, and as `checkData` for trials that can't use them
 */
export async function loadData(
  registry: Registry,
  needed: readonly DataOptions[],
  dataDir: string | undefined,
): Promise<Datasets> {
  const loaded: Record<string, Dataset> = {};
  const load = async (use: Use, secondary: boolean): Promise<void> => {
    const key = dataKey(use);
    if (loaded[key]) return;
    const source = registry.get('datasets', use.use);
    const options = parseOptions(use.use, source.options, use.options);
    const given = await source.load(options, { ...(dataDir === undefined ? {} : { dataDir }), secondary });
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
