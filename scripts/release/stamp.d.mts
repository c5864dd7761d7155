/** The package with `repository`, `homepage` and `bugs` of the repository at this address. `directory` is its folder in the repository. */
export function stamped(
  manifest: Readonly<Record<string, unknown>>,
  address: string | undefined,
  directory: string,
): Record<string, unknown>;
