import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { KnownSet } from './known.js';

export interface SearchOptions {
  /**
   * The user's folder of data (`--data-dir`). The files must be in its subfolder with the set's name or in the folder itself. No other
   * place is searched.
   */
  readonly dataDir?: string | undefined;
  /** Folder for downloads, with a folder for each set. Default: `BBB_CACHE_DIR`, else `bbb` in the user's cache folder. */
  readonly cacheDir?: string | undefined;
  /** Environment variables. Default: those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A place where a data set may be. */
export interface Place {
  readonly kind: 'data-dir' | 'environment' | 'npm' | 'debian' | 'cache';
  /** Name of the place in messages. */
  readonly label: string;
  /** The folder that was named. */
  readonly root: string;
  /** Folders to look in, the most likely one first. */
  readonly dirs: readonly string[];
}

/** The places where a set may be, in the order of the search. */
export function placesOf(name: string, set: KnownSet | undefined, options: SearchOptions = {}): Place[] {
  const env = options.env ?? process.env;
  const { dataDir } = options;
  const byUser = (kind: Place['kind'], label: string, folder: string): Place => {
    const root = resolve(folder);
    return { kind, label, root, dirs: [join(root, name), ...rawFolders(root, name, set), root] };
  };
  const single = (kind: Place['kind'], label: string, dir: string): Place => ({
    kind,
    label,
    root: dir,
    dirs: [dir],
  });
  if (dataDir !== undefined) return [byUser('data-dir', '--data-dir', dataDir)];
  const npmDir = set?.npm && packageFolder(set.npm.name, set.npm.folder);
  return [
    ...(env['BBB_DATA_DIR'] ? [byUser('environment', 'BBB_DATA_DIR', env['BBB_DATA_DIR'])] : []),
    ...(npmDir ? [single('npm', `npm package ${set.npm.name}`, npmDir)] : []),
    ...(set?.debian ? [single('debian', `Debian package ${set.debian.name}`, set.debian.dir)] : []),
    ...(set ? [single('cache', 'download cache', join(options.cacheDir ?? defaultCacheDir(env), name))] : []),
  ];
}

/** Folders where torchvision puts the files: `MNIST/raw` below its root, and the given folder may be the root or `MNIST`. */
function rawFolders(root: string, name: string, set: KnownSet | undefined): string[] {
  return [join(root, set?.torchvision ?? name, 'raw'), join(root, 'raw')];
}

/** Whether only torchvision makes such a folder. A message does not mention it if it does not exist. */
export function isRawFolder(dir: string): boolean {
  return basename(dir) === 'raw';
}

/**
 * `BBB_CACHE_DIR`, else the folder `bbb` where this system keeps caches.
 *
 * @param env the environment variables. Default: those of this process
 */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env['BBB_CACHE_DIR']) return env['BBB_CACHE_DIR'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'bbb');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'bbb');
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? homedir(), 'bbb', 'Cache');
  return join(homedir(), '.cache', 'bbb');
}

/** Finds a package as Node does, so hoisting, links and the package manager do not matter. */
function packageFolder(name: string, folder: string): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), folder);
  } catch {
    return undefined;
  }
}
