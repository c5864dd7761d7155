import type { Registry } from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import type { ConfigFlags } from '../options/config.js';
import { optionsOf } from '../run/executor.js';
import type { Json } from './path.js';

type Flags = Pick<ConfigFlags, 'likelihood' | 'likelihoodOption'>;

/**
 * The configuration with the likelihood that the flags name. Options without a name change the likelihood of the configuration.
 * @throws UsageError for options without a likelihood; BbbError `E_UNKNOWN_NAME`
 */
export function withLikelihood(
  config: Json,
  { likelihood: use, likelihoodOption }: Flags,
  registry: Registry,
): Json {
  if (use === undefined && !likelihoodOption) return config;
  const before = config['likelihood'] as { readonly use?: string; readonly options?: Json } | undefined;
  const name = use ?? before?.use;
  if (name === undefined) {
    throw new UsageError(
      '--likelihood-option sets an option of a likelihood, but no likelihood is named.',
      'Name it with --likelihood NAME; bbb plugins likelihoods lists them.',
    );
  }
  registry.get('likelihoods', name);
  const kept = before?.use === name ? before.options : {};
  return { ...config, likelihood: { use: name, options: { ...kept, ...optionsOf(likelihoodOption) } } };
}
