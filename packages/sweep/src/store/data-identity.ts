import { BbbError, type Datasets } from '@bbb/core';

/** What data a sweep is about: SHA-256 by file, by data set (its name and options as canonical JSON). */
export type DataIdentity = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function identityOf(datasets: Datasets): DataIdentity {
  return Object.fromEntries(Object.entries(datasets).map(([key, { sha256 }]) => [key, sha256]));
}

/**
 * Results of different data do not belong together. What only one of the two has was never the other's: that is no
 * difference.
 * @param sentence what it means that they differ
 * @throws BbbError `E_SWEEP_CHANGED` with the files that differ
 */
export function checkSameData(
  sentence: string,
  before: DataIdentity | undefined,
  after: DataIdentity | undefined,
): void {
  const changed = Object.entries(before ?? {}).flatMap(([key, files]) =>
    Object.entries(files).flatMap(([file, sha256]) => {
      const now = after?.[key]?.[file];
      return now === undefined || now === sha256
        ? []
        : [`  ${nameOf(key)}, ${file}: SHA-256 ${short(sha256)} -> ${short(now)}`];
    }),
  );
  if (changed.length === 0) return;
  throw new BbbError('E_SWEEP_CHANGED', `${sentence}:\n${changed.join('\n')}`, {
    hint: 'Results of different data do not belong together: bring the former files back (--data-dir), or choose another --dir.',
  });
}

function nameOf(key: string): string {
  return (JSON.parse(key) as { readonly use: string }).use;
}

function short(sha256: string): string {
  return sha256.slice(0, 12);
}
