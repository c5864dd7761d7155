import { existsSync } from 'node:fs';
import { register as registerHook } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve as resolvePackage } from 'import-meta-resolve';
import { BbbError } from '../errors.js';
import { checkPlugin } from './check.js';
import type { Plugin } from './definition.js';

/**
 * Imports plugins by file (`./my-pruner.ts`, TypeScript or JavaScript), by package name, or by the short name of a
 * package called `bbb-plugin-<name>`. Paths and packages are looked up from `cwd`.
 *
 * @throws BbbError `E_PLUGIN_NOT_FOUND`, `E_PLUGIN_THREW` (its own error as cause) or `E_PLUGIN_SHAPE`
 */
export async function loadPlugins(
  specifiers: readonly string[],
  cwd: string = process.cwd(),
): Promise<Plugin[]> {
  const plugins: Plugin[] = [];
  for (const specifier of specifiers) plugins.push(await loadPlugin(specifier, cwd));
  return plugins;
}

async function loadPlugin(specifier: string, cwd: string): Promise<Plugin> {
  const url = locate(specifier, cwd);
  let module: { default?: unknown };
  try {
    if (/\.[cm]?tsx?$/.test(url)) await allowTypeScript();
    module = (await import(url)) as typeof module;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BbbError('E_PLUGIN_THREW', `The plugin "${specifier}" failed while it was loaded: ${reason}`, {
      cause,
      // Node looks for packages in the folders above the file, wherever the command runs.
      hint: /Cannot find package '@bbb\//.test(reason)
        ? 'Put the file inside the folder in which bbb is installed.'
        : `Run it alone to see where: node ${url.endsWith('ts') ? '--import tsx ' : ''}${fileURLToPath(url)}`,
    });
  }
  return checkPlugin(specifier, module.default);
}

/**
 * The file URL from which {@link loadPlugins} imports a plugin.
 * @throws BbbError `E_PLUGIN_NOT_FOUND`
 */
export function locate(specifier: string, cwd: string): string {
  if (specifier.startsWith('file:')) return specifier;
  if (/^\.{0,2}[\\/]/.test(specifier) || /\.[cm]?[jt]s$/.test(specifier)) {
    const path = resolve(cwd, specifier);
    if (existsSync(path)) return pathToFileURL(path).href;
    throw new BbbError('E_PLUGIN_NOT_FOUND', `There is no plugin file ${path}.`, {
      hint: 'Give the path of a .ts or .js file, relative to where you are, or the name of an installed package.',
    });
  }
  const parent = pathToFileURL(resolve(cwd, 'package.json')).href;
  for (const name of [specifier, `bbb-plugin-${specifier}`]) {
    try {
      return resolvePackage(name, parent);
    } catch {
      // Not under this name; the error below names both.
    }
  }
  throw new BbbError(
    'E_PLUGIN_NOT_FOUND',
    `No package "${specifier}" or "bbb-plugin-${specifier}" is installed here.`,
    {
      hint: `Install it (npm install ${specifier}), or give a file as ./${specifier}.ts.`,
    },
  );
}

let typeScript: Promise<void> | undefined;

/** Lets this thread import TypeScript. tsx's hooks share module instances with the rest of the program. */
export function allowTypeScript(): Promise<void> {
  typeScript ??= import('tsx/esm/api').then(({ register }) => {
    register();
    registerHook(`data:text/javascript,${encodeURIComponent(AS_MODULES)}`);
  });
  return typeScript;
}

/**
 * Without a package.json that says "type": "module", tsx takes a .ts file for CommonJS, and one that imports our modules
 * then fails. Whatever says `export default` is none; .cts files stay what they are.
 */
const AS_MODULES = `
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return found.format === 'commonjs' && /\\.tsx?(\\?|$)/.test(found.url) ? { ...found, format: 'module' } : found;
}`;
