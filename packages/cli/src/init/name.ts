import { PLUGIN_KINDS, type Registry } from '@bbb/core';
import { UsageError } from '../errors/usage.js';

const PREFIX = 'bbb-plugin-';
const MOST = 100;

/**
 * The name of a new plugin, valid for npm, files and the command line. `bbb-plugin-x` becomes `x`.
 * @throws UsageError
 */
export function pluginName(typed: string): string {
  const name = typed.startsWith(PREFIX) ? typed.slice(PREFIX.length) : typed;
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) && name.length <= MOST) return name;
  const nearest = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, MOST)
    .replace(/-$/, '');
  throw new UsageError(
    `"${typed}" can't be the name of a plugin: a name has small letters, digits and single hyphens, begins with a letter, and has at most ${MOST} characters.`,
    nearest === '' ? 'For example: bbb init plugin my-pruner' : `For example: bbb init plugin ${nearest}`,
  );
}

/** @throws UsageError if this name already ships with bbb */
export function refuseKnown(name: string, registry: Registry): void {
  const kind = PLUGIN_KINDS.find((each) => registry.list(each).some((entry) => entry.name === name));
  if (kind === undefined) return;
  throw new UsageError(
    `bbb has a "${name}" already, among its ${kind}.`,
    `Choose another name: bbb init plugin my-${name}`,
  );
}
