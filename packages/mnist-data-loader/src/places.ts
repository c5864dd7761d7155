import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { KnownSet } from './known.js';

export interface SearchOptions {
  /**
   * The user's folder of data (`--data-dir`): a subfolder of the set's name, else the folder itself, must hold the files.
   * Nothing else is looked at.
   */
  readonly dataDir?: string | undefined;
  /** Downloads live here, in a folder for each set. Default: `BBB_CACHE_DIR`, else `bbb` in the user's cache folder. */
  readonly cacheDir?: string | undefined;
  /** Read instead of the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Somewhere a data set may be. */
export interface Place {
  readonly kind: 'data-dir' | 'environment' | 'npm' | 'debian' | 'cache';
  /** For people. */
  readonly label: string;
  /** The folder that was named. */
  readonly root: string;
  /** Folders to look in, the likeliest first. */
  readonly dirs: readonly string[];
}

/** Where to look for a set, in order. */
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

/** Where torchvision puts the files: `MNIST/raw` in the folder that it was given, which may be the one named here. */
function rawFolders(root: string, name: string, set: KnownSet | undefined): string[] {
  return [join(root, set?.torchvision ?? name, 'raw'), join(root, 'raw')];
}

/** Whether a folder is one of those that only torchvision makes: not worth a word where it is absent. */
export function isRawFolder(dir: string): boolean {
  return basename(dir) === 'raw';
}

/** `BBB_CACHE_DIR`, else the folder `bbb` where this system keeps caches. */
export function defaultCacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env['BBB_CACHE_DIR']) return env['BBB_CACHE_DIR'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'bbb');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'bbb');
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? homedir(), 'bbb', 'Cache');
  return join(homedir(), '.cache', 'bbb');
}

/** Found as Node finds any dependency, so hoisting, links and package managers do not matter. */
function packageFolder(name: string, folder: string): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), folder);
  } catch {
    return undefined;
  }
}
