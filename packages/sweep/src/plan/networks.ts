import { canonicalJson, parseOptions, type Registry, type Trial, type Use } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { describePoint } from './grid.js';

/** A network of a sweep: as trials store it, and its name for people. */
export interface NetworkChoice extends Pick<Trial, 'hidden' | 'network'> {
  /** `400-400` for hidden widths, otherwise the name of the network's plugin: `cnn`. */
  readonly name: string;
}

/** Longer options are left out of the name. */
const LONGEST_NAME = 40;

/**
 * All networks of a sweep: those that are widths alone, then the named ones.
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export function networksOf({ hidden, networks = [] }: SweepConfig, registry: Registry): NetworkChoice[] {
  const named = networks.map((use, i): NetworkChoice => {
    const resolved = resolveNetwork(use, registry);
    return { ...resolved, name: resolved.network ? nameOf(use, networks, i) : widthsText(resolved.hidden) };
  });
  return [...hidden.map((widths) => ({ hidden: widths, name: widthsText(widths) })), ...named];
}

function widthsText(hidden: readonly number[]): string {
  return hidden.join('-') || 'linear';
}

/**
 * `hidden` belongs to the first network of the registry. Where `networks` names that one with widths alone, the trial is the same as
 * with `hidden`, and has the same id.
 */
function resolveNetwork({ use, options }: Use, registry: Registry): Pick<Trial, 'hidden' | 'network'> {
  const schema = registry.get('networks', use).options;
  const complete = parseOptions(use, schema, options) as Use['options'];
  const hidden = complete['hidden'];
  if (use === registry.list('networks')[0]!.name && isWidths(hidden)) {
    const plain = parseOptions(use, schema, { hidden });
    if (canonicalJson(plain) === canonicalJson(complete)) return { hidden };
  }
  return { hidden: [], network: { use, options: complete } };
}

function isWidths(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((width) => typeof width === 'number');
}

/** Adds the options or the position where the same network is listed twice. */
function nameOf({ use, options }: Use, all: readonly Use[], at: number): string {
  const alike = all.filter((other) => other.use === use);
  if (alike.length === 1) return use;
  const name = `${use} ${describePoint(options)}`.trim();
  return name.length <= LONGEST_NAME ? name : `${use} ${alike.indexOf(all[at]!) + 1}`;
}
