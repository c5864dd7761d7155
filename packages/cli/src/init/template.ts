import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, sep } from 'node:path';
import { VERSION } from '../io/version.js';

/** A file to write: its path below the new folder, with slashes, and its text. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

const FOLDER = fileURLToPath(new URL('../../templates', import.meta.url));

/** The placeholder for the version of bbb in templates. */
const OWN_VERSION = '0.0.0-of-bbb';
/** The placeholder for the plugin's name in its template. */
const OWN_NAME = 'my-pruner';

/** The files of a template, for this version of bbb and a plugin of this name. */
export function template(kind: 'plugin' | 'project', name: string = OWN_NAME): NewFile[] {
  const folder = join(FOLDER, kind);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
    .map((path) => ({
      // npm leaves a .gitignore out of a package.
      path: path === 'gitignore' ? '.gitignore' : path.replaceAll(sep, '/'),
      text: readFileSync(join(folder, path), 'utf8')
        .replaceAll(OWN_VERSION, VERSION)
        .replaceAll(OWN_NAME, name),
    }));
}
