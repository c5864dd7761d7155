/** What a path of a grid or a space stands for: `options.pi`, `training.epochs`, `methods.LABEL.options.pi`. */
export interface SettingPath {
  /** The method that it is for, by its label. Absent: all methods. */
  readonly label?: string;
  /** Below the method: starts with `options.` or `training.`. */
  readonly rest: string;
}

const SETTING = /^(options|training)\.[^.]/;

/**
 * Reads the path of a setting. Labels may contain dots (`methods.dropout-0.5.options.p`): the longest one that leaves a setting counts.
 * @param path e.g. `training.epochs` or `methods.sgd.options.p`
 * @param labels of the methods there are
 * @returns undefined for a path that is no setting of these methods
 */
export function parseSettingPath(path: string, labels: readonly string[]): SettingPath | undefined {
  if (SETTING.test(path)) return { rest: path };
  const found = labels
    .map((label) => ({ label, start: `methods.${label}.` }))
    .filter(({ start }) => path.startsWith(start) && SETTING.test(path.slice(start.length)))
    .toSorted((a, b) => b.start.length - a.start.length)[0];
  return found && { label: found.label, rest: path.slice(found.start.length) };
}

/** What a path of a setting looks like, whatever methods there are. */
export const SETTING_PATH = /^(methods\.[^.].*\.)?(options|training)\.[^.]/;

/**
 * The longest of the names that `text` is, or begins with before a dot.
 * @param names what there is
 * @param text what was written
 */
export function leadingName(names: readonly string[], text: string): string | undefined {
  return names
    .filter((name) => text === name || text.startsWith(`${name}.`))
    .toSorted((a, b) => b.length - a.length)[0];
}
