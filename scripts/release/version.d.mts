type Manifest = Readonly<Record<string, unknown>>;

/** The package with the new version, and with that version of every other one of `names`. */
export function withVersion(manifest: Manifest, version: string, names: ReadonlySet<string>): Manifest;

/** Turns the part that is marked as unreleased into the part of the version. */
export function releasedChangelog(text: string, version: string, date: string): string;

/** The part of a version, without its heading. */
export function notesOf(text: string, version: string): string;
