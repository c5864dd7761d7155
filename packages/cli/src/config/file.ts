import { existsSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { allowTypeScript, BbbError, shareOneCopy } from '@bbb/core';
import { parseSweepFile, type ParsedFile } from '@bbb/sweep';
import { readTextFile } from '../io/text-file.js';
import { withFractions } from './percent.js';

/** Endings of configuration files that bbb finds by itself. */
const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '.yaml', '.yml'] as const;

/** A configuration file, checked. Its plugins are in the form that {@link loadPlugins} takes: files by their absolute path. */
export interface ConfigFile extends ParsedFile {
  /** The name of the file for people. */
  readonly name: string;
}

/**
 * The configuration file that the user names, or the one called `bbb.config` in this folder.
 *
 * @param asked a path; `false` for none, even if there is one; undefined to look for one
 * @throws BbbError `E_CONFIG_NOT_FOUND`, `E_CONFIG_AMBIGUOUS`, `E_CONFIG_LOAD` (with the file's own error as cause), `E_SWEEP_CONFIG`
 */
export async function loadConfigFile(
  asked: string | false | undefined,
  cwd: string = process.cwd(),
): Promise<ConfigFile | undefined> {
  if (asked === false) return undefined;
  const path = asked === undefined ? find(cwd) : resolve(cwd, asked);
  if (path === undefined) return undefined;
  if (!existsSync(path)) {
    throw new BbbError('E_CONFIG_NOT_FOUND', `There is no configuration file ${path}.`, {
      hint: `Without --config, a file called bbb.config${ENDINGS.join(', ')} in this folder is used.`,
    });
  }
  const name = asked ?? basename(path);
  const { plugins, ...file } = parseSweepFile(withFractions(await read(path, name)), name);
  const beside = (plugin: string): string =>
    /^\.{1,2}[\\/]/.test(plugin) ? resolve(dirname(path), plugin) : plugin;
  return { name, ...file, plugins: plugins.map(beside) };
}

function find(cwd: string): string | undefined {
  const found = ENDINGS.map((ending) => `bbb.config${ending}`).filter((name) =>
    existsSync(resolve(cwd, name)),
  );
  if (found.length > 1) {
    throw new BbbError('E_CONFIG_AMBIGUOUS', `There are several configuration files: ${found.join(', ')}.`, {
      hint: `Choose one: --config ${found[0]}`,
    });
  }
  return found[0] === undefined ? undefined : resolve(cwd, found[0]);
}

async function read(path: string, name: string): Promise<object> {
  const ending = extname(path);
  if (!(ENDINGS as readonly string[]).includes(ending)) {
    throw new BbbError('E_CONFIG_LOAD', `bbb can't read a configuration from a file of this kind: ${name}.`, {
      hint: `Name it with one of the endings ${ENDINGS.join(', ')}.`,
    });
  }
  let loaded: unknown;
  try {
    loaded = await load(path, ending);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BbbError('E_CONFIG_LOAD', `${name} can't be loaded: ${reason}`, {
      hint: 'Mend that in the file, or leave it out with --no-config.',
      cause,
    });
  }
  if (typeof loaded === 'object' && loaded !== null && !Array.isArray(loaded)) return loaded;
  throw new BbbError(
    'E_SWEEP_CONFIG',
    `${name} holds no configuration: expected an object, got ${describe(loaded)}.`,
    {
      hint: ending.endsWith('s')
        ? 'End the file with: export default defineConfig({ ... });'
        : 'Write an object, e.g. with the member "preset".',
    },
  );
}

async function load(path: string, ending: string): Promise<unknown> {
  if (ending === '.json') return JSON.parse(readTextFile(path));
  if (ending === '.yaml' || ending === '.yml') {
    const { parse } = await import('yaml');
    return parse(readTextFile(path), { logLevel: 'error' });
  }
  if (ending.endsWith('ts')) await allowTypeScript();
  const { href } = pathToFileURL(path);
  shareOneCopy(href);
  const { default: exported } = (await import(href)) as { default?: unknown };
  return exported;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'null' : `a ${typeof value}`;
}
