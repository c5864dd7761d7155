/** The package with `repository`, `homepage` and `bugs` of a repository at this address, below which it lies in `directory`. */
export function stamped(
  manifest: Readonly<Record<string, unknown>>,
  address: string | undefined,
  directory: string,
): Record<string, unknown>;
