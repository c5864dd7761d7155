export const ROOT: string;

/** The packages that are published, in the order in which they depend on each other: folder and package.json. */
export function publishedPackages(): {
  readonly folder: string;
  readonly manifest: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };
}[];

export function readJson(path: string): unknown;
