import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { resolve as resolvePackage } from 'import-meta-resolve';
import { BbbError } from '../errors.js';

/*
 * A process can have one copy of @bbb/core and of tfjs. A second tfjs would register all its kernels again, and a second core would have
 * other classes. The folder of a plugin may contain copies, because its tests need them. So the imports of a plugin are looked up from this
 * module first.
 */

/** Packages that plugins share with bbb. Regular expressions travel to the hook as text. */
const SHARED = '^(?:@bbb/|@tensorflow/tfjs-(?:core|backend-wasm)(?:/|$))';
/** Packages that a plugin brings itself or takes from bbb: a single file has no node_modules. */
const LENT = '^zod(?:/|$)';

const HOST = import.meta.url;

let shared = false;

/**
 * Call it before a plugin or a configuration is imported. Then the module finds bbb's own copies of the shared packages, even if it lies
 * outside the folder in which bbb is installed.
 * @param url `file:` URL of the module that is imported next
 */
export function shareOneCopy(url: string): void {
  if (shared || !needsSharing(url)) return;
  shared = true;
  const { registerHooks } = nodeModule as { registerHooks?: RegisterHooks };
  if (registerHooks) registerHooks({ resolve: resolveShared });
  else nodeModule.register(`data:text/javascript,${encodeURIComponent(HOOK)}`);
}

/** Whether a module at this address would find other copies than bbb's, or none. */
function needsSharing(url: string): boolean {
  const others = ['@bbb/core', '@bbb/kernels', '@tensorflow/tfjs-core'].some(
    (name) => find(name, url) !== find(name, HOST),
  );
  return others || find('zod', url) === undefined;
}

function find(name: string, from: string): string | undefined {
  try {
    return resolvePackage(name, from);
  } catch {
    return undefined;
  }
}

interface Context {
  readonly parentURL?: string | undefined;
}
interface Resolved {
  readonly url: string;
}
type Resolve = (
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Resolved,
) => Resolved;
type RegisterHooks = (hooks: { readonly resolve: Resolve }) => void;

const isShared = new RegExp(SHARED);
const isLent = new RegExp(LENT);

/** Node 22.15 and newer call this hook in this thread, also for `require`. */
const resolveShared: Resolve = (specifier, context, next) => {
  const own = (): Resolved => next(specifier, context);
  const ours = (): Resolved => next(specifier, { ...context, parentURL: HOST });
  if (isShared.test(specifier)) return either(ours, own);
  return isLent.test(specifier) ? either(own, ours) : own();
};

function either<T>(first: () => T, second: () => T): T {
  try {
    return first();
  } catch {
    return second();
  }
}

/** The same for Node 20, whose hooks run in a thread of their own. */
const HOOK = `
const isShared = new RegExp(${JSON.stringify(SHARED)});
const isLent = new RegExp(${JSON.stringify(LENT)});
export async function resolve(specifier, context, next) {
  const own = () => next(specifier, context);
  const ours = () => next(specifier, { ...context, parentURL: ${JSON.stringify(HOST)} });
  if (isShared.test(specifier)) return ours().catch(own);
  return isLent.test(specifier) ? own().catch(ours) : own();
}`;

/** Each copy of this package registers itself under this symbol when it is loaded. */
const COPIES = Symbol.for('@bbb/core: copies');

function copies(): Set<string> {
  const holder = globalThis as { [COPIES]?: Set<string> };
  return (holder[COPIES] ??= new Set());
}

copies().add(HOST);

/**
 * Imports a plugin, and refuses it if a second copy of this package came along: Node 20 does not ask the hook for what a CommonJS
 * module requires.
 * @throws BbbError `E_PLUGIN_COPY`, and whatever the module throws
 */
export async function importWithOneCopy(specifier: string, url: string): Promise<unknown> {
  shareOneCopy(url);
  const before = new Set(copies());
  const module: unknown = await import(url);
  const second = [...copies()].find((copy) => !before.has(copy));
  if (second === undefined) return module;
  throw new BbbError(
    'E_PLUGIN_COPY',
    `The plugin "${specifier}" loads a copy of @bbb/core of its own (${fileURLToPath(second)}) beside the one that runs it (${fileURLToPath(HOST)}).`,
    {
      hint: 'List @bbb/core and @tensorflow/tfjs-core as peerDependencies of the plugin, delete its node_modules and install it anew; or use import in place of require.',
    },
  );
}
