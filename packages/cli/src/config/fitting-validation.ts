import type { Dataset, Registry } from '@bbb/core';
import type { ConfigFlags } from '../options/config.js';
import { aTenth, configuredSet, reportSized, VALIDATION } from './by-size.js';
import type { Json } from './path.js';

/**
 * The configuration with fewer validation examples if the user named a data set, did not say how many to hold out, and the usual 10,000 would leave none
 * to train on. A sweep whose data suffice, or are not here, stays as it is, so its trials keep their ids.
 * @param config the configuration with the flags applied. Not checked yet
 * @param file the user's configuration file, if there is one
 */
export async function withFittingValidation(
  config: Json,
  flags: ConfigFlags & { readonly quiet?: boolean },
  registry: Registry,
  file: Json = {},
): Promise<Json> {
  if ((flags.dataset === undefined && file['dataset'] === undefined) || saysValidation(flags, file))
    return config;
  // A dry run goes without the data, and so does a sweep whose data are on other machines. Who reads them says what is wrong with them.
  const set = await configuredSet(flags, config, registry).catch(() => undefined);
  const validation = set && fittingValidation(set, config);
  if (validation === undefined) return config;
  reportSized(flags, { validation });
  return { ...config, validation };
}

function saysValidation({ validation, set = [] }: ConfigFlags, file: Json): boolean {
  return (
    validation !== undefined ||
    file['validation'] !== undefined ||
    set.some(({ path }) => path === 'validation')
  );
}

/** A tenth of the examples that are not held out for testing, or undefined if the number of the configuration leaves some to train on. */
function fittingValidation({ train }: Pick<Dataset, 'train'>, config: Json): number | undefined {
  const { validation = VALIDATION, testFraction = 0 } = config as {
    readonly validation?: number;
    readonly testFraction?: number;
  };
  const left = train.count - Math.round(testFraction * train.count);
  return validation < left ? undefined : aTenth(left);
}
