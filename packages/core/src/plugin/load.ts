import { register as registerHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { BbbError } from '../errors.js';
import { checkPlugin } from './check.js';
import type { Plugin } from './definition.js';
import { locate } from './locate.js';
import { importWithOneCopy } from './one-copy.js';

/**
 * Imports plugins by file (`./my-pruner.ts`, TypeScript or JavaScript), by the folder of a package (`../my-plugin`), by package name,
 * or by the short name of a package called `bbb-plugin-<name>`. Paths and packages are looked up from `cwd`. They share bbb's copies of
 * `@bbb/*` and tfjs, wherever they lie.
 *
 * @param specifiers paths, package names or short names of packages, in the order of loading
 * @param cwd folder that paths and packages are looked up from. Default: where the process runs
 * @throws BbbError `E_PLUGIN_NOT_FOUND`, `E_PLUGIN_THREW` (its own error as cause), `E_PLUGIN_COPY` or `E_PLUGIN_SHAPE`
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
    if (isTypeScript(url)) await allowTypeScript();
    module = (await importWithOneCopy(specifier, url)) as typeof module;
  } catch (cause) {
    if (cause instanceof BbbError && cause.code === 'E_PLUGIN_COPY') throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const missing = /Cannot find package '(@[^/']+\/[^/']+|[^/']+)/.exec(reason)?.[1];
    throw new BbbError('E_PLUGIN_THREW', `The plugin "${specifier}" failed while it was loaded: ${reason}`, {
      cause,
      hint:
        missing === undefined
          ? `Run it alone to see where: node ${isTypeScript(url) ? '--import tsx ' : ''}${fileURLToPath(url)}`
          : `Install it where the plugin is, or where bbb is: npm install ${missing}`,
    });
  }
  return checkPlugin(specifier, module.default);
}

function isTypeScript(url: string): boolean {
  return /\.[cm]?tsx?$/.test(url);
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
 * Without a package.json that says "type": "module", tsx treats a .ts file as CommonJS, and the import of bbb's modules then fails. This
 * hook makes .ts and .tsx files ES modules, because a plugin has an `export default`. It does not change .cts files.
 */
const AS_MODULES = `
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return found.format === 'commonjs' && /\\.tsx?(\\?|$)/.test(found.url) ? { ...found, format: 'module' } : found;
}`;
