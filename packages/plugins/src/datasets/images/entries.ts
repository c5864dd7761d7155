/** An entry of a folder. */
export interface Entry {
  readonly path: string;
  /** Its name in the file system. */
  readonly raw: string;
  /** In Unicode's composed form: macOS stores é as two characters. */
  readonly name: string;
  readonly isFolder: boolean;
}

/** Compares by code units, which no language setting changes. */
export function byName(a: Entry, b: Entry): number {
  return compared(a.name, b.name) || compared(a.raw, b.raw);
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** False for files that operating systems put into folders. */
export function visible(name: string): boolean {
  return !name.startsWith('.') && !SYSTEM.has(name.toLowerCase());
}

const SYSTEM: ReadonlySet<string> = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '__macosx',
  '@eadir',
]);
