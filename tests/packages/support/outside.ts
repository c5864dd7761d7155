import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Third-party tools that a user's project would have, taken from this workspace. */
export const TOOLS = ['typescript', '@types/node', 'esbuild', 'tsx'] as const;

/** A place outside the checkout, with the tarballs of all packages. The test deletes all of it. */
export interface Outside {
  readonly path: string;
  /** Paths of the tarballs by package name. */
  readonly tarballs: ReadonlyMap<string, string>;
  remove(): void;
}

export function outside(): Outside {
  const path = mkdtempSync(join(tmpdir(), 'bbb-outside-'));
  const packed = spawnSync(process.execPath, [join(ROOT, 'scripts/release/pack.mjs'), join(path, 'packed')], {
    encoding: 'utf8',
  });
  if (packed.status !== 0) throw new Error(packed.stderr);
  const tarballs = new Map(
    packed.stdout
      .trim()
      .split('\n')
      .map((file) => [nameIn(file), file]),
  );
  return { path, tarballs, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The name in the package.json of a tarball. */
function nameIn(tarball: string): string {
  const { stdout } = spawnSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
  return (JSON.parse(stdout) as { name: string }).name;
}

export interface PackageJson extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly version: string;
}

export function packageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
}

/** The version of a tool in this workspace, in npm's notation. */
export function tool(name: string): string {
  return `${name}@${packageJson(join(ROOT, 'node_modules', name)).version}`;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program outside of the test runner. */
export function run(folder: string, program: string, ...args: string[]): Promise<Ran> {
  const { VITEST: _, NODE_OPTIONS: _options, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd: folder, env, encoding: 'utf8', maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr: code === -1 ? `${error!.message}\n${stderr}` : stderr });
      },
    );
  });
}

/** Runs a program, and fails if the program fails. */
export async function must(folder: string, program: string, ...args: string[]): Promise<Ran> {
  const ran = await run(folder, program, ...args);
  if (ran.code === 0) return ran;
  throw new Error(`${program} ${args.join(' ')} ended with ${ran.code}:\n${ran.stdout}\n${ran.stderr}`);
}

/** Installs packages into a folder without writing into its package.json: tarballs of ours, and tools by version. */
export function install(folder: string, ...packages: string[]): Promise<Ran> {
  return must(
    folder,
    'npm',
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...packages,
  );
}

/** Writes files into a new folder, and makes the folders above them. */
export function write(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

/** Bytes of all files below a folder, as they were written. */
export function bytesBelow(folder: string): number {
  return filesBelow(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/** Paths of all files below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** All folders below this one, at any depth, that contain a package of this name. */
export function copiesOf(name: string, folder: string): string[] {
  return filesBelow(folder).filter((file) => file.endsWith(`node_modules/${name}/package.json`));
}
