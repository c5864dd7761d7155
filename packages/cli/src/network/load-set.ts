import {
  checkedDataset,
  parseOptions,
  type Dataset,
  type DatasetContext,
  type Registry,
  type Use,
} from '@bbb/core';

/** @throws as the data set does */
export async function loadSet(
  { use, options }: Use,
  context: DatasetContext,
  registry: Registry,
): Promise<Dataset> {
  const source = registry.get('datasets', use);
  return checkedDataset(use, await source.load(parseOptions(use, source.options, options), context));
}
