import type { Registry } from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import type { ConfigFlags } from '../options/config.js';
import { optionsOf } from '../run/executor.js';
import { overEntries } from './entries.js';
import { withValue, type Json } from './path.js';

type Flags = Pick<ConfigFlags, 'procedure' | 'procedureOption'>;

/**
 * The configuration with the procedure that the flags name. Options without a name change the procedure of the configuration.
 * @throws UsageError for options without a procedure; BbbError `E_UNKNOWN_NAME`
 */
export function withProcedure(
  config: Json,
  { procedure: use, procedureOption }: Flags,
  registry: Registry,
): Json {
  if (use === undefined && !procedureOption) return config;
  const pruning = config['pruning'] as
    { readonly procedure?: { readonly use?: string; readonly options?: Json } } | undefined;
  const before = pruning?.procedure;
  const name = use ?? before?.use;
  if (name === undefined) {
    throw new UsageError(
      '--procedure-option sets an option of a procedure, but no procedure is named.',
      'Name it with --procedure NAME; bbb plugins procedures lists them.',
    );
  }
  registry.get('procedures', name);
  const kept = before?.use === name ? before.options : {};
  const procedure = { use: name, options: { ...kept, ...optionsOf(procedureOption) } };
  const keys = ['pruning', 'procedure'];
  return withValue(overEntries(config, keys, procedure), keys, procedure) as Json;
}
