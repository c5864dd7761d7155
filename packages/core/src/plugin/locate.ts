import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolve as resolvePackage } from 'import-meta-resolve';
import { BbbError } from '../errors.js';

/**
 * The file URL from which `loadPlugins` imports a plugin. A path may be that of a file, or of the folder of a package.
 * @param specifier a path, or the name of a package
 * @param cwd folder that paths and packages are looked up from. Default: where the process runs
 * @throws BbbError `E_PLUGIN_NOT_FOUND`
 */
export function locate(specifier: string, cwd: string): string {
  if (specifier.startsWith('file:')) return specifier;
  if (/^\.{1,2}$|^\.{0,2}[\\/]|^[A-Za-z]:[\\/]/.test(specifier) || /\.[cm]?[jt]s$/.test(specifier)) {
    return ofPath(resolve(cwd, specifier));
  }
  const parent = pathToFileURL(resolve(cwd, 'package.json')).href;
  for (const name of [specifier, `bbb-plugin-${specifier}`]) {
    const url = installed(name, parent);
    if (url !== undefined) return url;
  }
  throw new BbbError(
    'E_PLUGIN_NOT_FOUND',
    `No package "${specifier}" or "bbb-plugin-${specifier}" is installed here.`,
    {
      hint: `Install it (npm install ${specifier}), or give a file as ./${specifier}.ts.`,
    },
  );
}

function ofPath(path: string): string {
  if (!existsSync(path)) {
    throw new BbbError('E_PLUGIN_NOT_FOUND', `There is no plugin file ${path}.`, {
      hint: 'Give the path of a .ts or .js file, relative to where you are, or the name of an installed package.',
    });
  }
  return statSync(path).isDirectory() ? ofFolder(path) : pathToFileURL(path).href;
}

/** The main module of the package in a folder, as its package.json names it. */
function ofFolder(folder: string): string {
  const description = join(folder, 'package.json');
  const { name, exports, main } = readDescription(description);
  const url =
    exports === undefined || name === undefined
      ? pathToFileURL(join(folder, main ?? 'index.js')).href
      : // A package finds itself by its own name.
        installed(name, pathToFileURL(description).href);
  if (url !== undefined && existsSync(new URL(url))) return url;
  throw new BbbError('E_PLUGIN_NOT_FOUND', `The package in ${folder} has no main module.`, {
    hint: `Build it first (npm run build in that folder), or give its file: ${join(folder, 'src', 'index.ts')}.`,
  });
}

function readDescription(path: string): { name?: string; exports?: unknown; main?: string } {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof read !== 'object' || read === null) return {};
    const { name, exports, main } = read as Readonly<Record<string, unknown>>;
    return {
      ...(typeof name === 'string' ? { name } : {}),
      ...(exports === undefined ? {} : { exports }),
      ...(typeof main === 'string' ? { main } : {}),
    };
  } catch (cause) {
    throw new BbbError('E_PLUGIN_NOT_FOUND', `The folder of the plugin has no readable ${path}.`, {
      hint: 'Give the file of the plugin, or the folder of a package.',
      cause,
    });
  }
}

function installed(name: string, parent: string): string | undefined {
  try {
    return resolvePackage(name, parent);
  } catch {
    return undefined;
  }
}
