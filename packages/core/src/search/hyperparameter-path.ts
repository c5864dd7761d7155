/** What a path of a grid or a space stands for: `options.pi`, `training.epochs`, `methods.LABEL.options.pi`. */
export interface HyperparameterPath {
  /** Label of the method that the hyper-parameter is for. Absent: all methods. */
  readonly label?: string;
  /** The path within the method. It starts with `options.` or `training.`. */
  readonly rest: string;
}

const SETTING = /^(options|training)\.[^.]/;

/**
 * Reads the path of a hyper-parameter. Labels may contain dots (`methods.dropout-0.5.options.p`), so the longest label that is followed by a
 * hyper-parameter is taken.
 * @param path e.g. `training.epochs` or `methods.sgd.options.p`
 * @param labels labels of all methods
 * @returns undefined for a path that is not a hyper-parameter of these methods
 */
export function parseHyperparameterPath(
  path: string,
  labels: readonly string[],
): HyperparameterPath | undefined {
  if (SETTING.test(path)) return { rest: path };
  const found = labels
    .map((label) => ({ label, start: `methods.${label}.` }))
    .filter(({ start }) => path.startsWith(start) && SETTING.test(path.slice(start.length)))
    .toSorted((a, b) => b.start.length - a.start.length)[0];
  return found && { label: found.label, rest: path.slice(found.start.length) };
}

/** The form of the path of a hyper-parameter, for any methods. */
export const HYPERPARAMETER_PATH = /^(methods\.[^.].*\.)?(options|training)\.[^.]/;

/**
 * The longest of the names that equals `text`, or that `text` begins with, followed by a dot.
 * @param names all names
 * @param text the text that a user wrote
 */
export function leadingName(names: readonly string[], text: string): string | undefined {
  return names
    .filter((name) => text === name || text.startsWith(`${name}.`))
    .toSorted((a, b) => b.length - a.length)[0];
}
