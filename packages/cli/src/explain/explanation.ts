/** The meaning of an error code, and what helps. The message of the error itself has the names and numbers of the case. */
interface Explanation {
  readonly means: string;
  readonly helps: string;
}

export type Explanations = Readonly<Record<string, Explanation>>;
