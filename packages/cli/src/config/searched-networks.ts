import { UsageError } from '../errors/usage.js';
import type { SweepFlags } from '../options/kinds.js';
import type { SpaceAxis } from '../parse/dimension.js';

/**
 * Turns `--space hidden=choice:[100],[400,400]` and `--space network=choice:mlp,cnn` into several `--hidden` and `--network`, because
 * a search chooses among all networks of a sweep.
 * @throws UsageError for anything but a list of widths or names, and for networks that are given twice
 */
export function withSearchedNetworks(flags: SweepFlags): SweepFlags {
  const { space = [] } = flags;
  const hidden = space.filter(({ path }) => path === 'hidden');
  const network = space.filter(({ path }) => path === 'network');
  if (hidden.length + network.length === 0) return flags;
  if (hidden.length > 0) refuseTwice('hidden', flags.hidden);
  if (network.length > 0) refuseTwice('network', flags.network);
  const rest = space.filter(({ path }) => path !== 'hidden' && path !== 'network');
  const { space: _, ...others } = flags;
  return {
    ...others,
    ...(rest.length > 0 ? { space: rest } : {}),
    ...(hidden.length > 0 ? { hidden: hidden.flatMap(valuesOf).map(widthsOf) } : {}),
    ...(network.length > 0 ? { network: network.flatMap(valuesOf).map(nameOf) } : {}),
  };
}

function valuesOf({ path, dimension: { kind, values } }: SpaceAxis): readonly unknown[] {
  if (kind === 'choice') return values as readonly unknown[];
  throw new UsageError(
    `--space ${path} takes the kind "choice" only; got ${String(kind)}.`,
    path === 'hidden'
      ? 'Write --space hidden=choice:[100],[400,400]; a single number is one hidden layer.'
      : 'Write --space network=choice:a,b; bbb plugins networks lists them.',
  );
}

/** A list of widths; a number is one hidden layer, and `none` is no hidden layer. */
function widthsOf(value: unknown): readonly number[] {
  const widths = value === 'none' ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
  if (widths.every(isWidth)) return widths;
  throw new UsageError(
    `--space hidden takes lists of widths; got ${JSON.stringify(value)}.`,
    'Write --space hidden=choice:[100],[400,400].',
  );
}

function isWidth(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UsageError(
    `--space network takes names of networks; got ${JSON.stringify(value)}.`,
    'Write --space network=choice:a,b; bbb plugins networks lists them.',
  );
}

function refuseTwice(name: string, typed: readonly unknown[] | undefined): void {
  if (typed === undefined) return;
  throw new UsageError(
    `--${name} and --space ${name}=... both choose the networks.`,
    'Leave one of them out.',
  );
}
