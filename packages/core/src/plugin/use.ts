/** A reference to something a plugin contributes: plain JSON, so it crosses threads and machines. */
export interface Use {
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
}
