import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors/usage.js';
import { pluginName, refuseKnown } from '../init/name.js';
import { template, type NewFile } from '../init/template.js';
import { existing, writeNew } from '../init/write.js';
import { printJson, say } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { InitFlags } from '../options/kinds.js';

/** `bbb init`: writes a folder with a configuration. Existing files stay as they are. */
export async function initProject({ dir = '.', dryRun, json }: InitFlags): Promise<number> {
  refuseFile(dir);
  const files = template('project');
  const kept = existing(dir, files);
  const config = configIn(dir);
  if (config !== undefined) {
    throw new UsageError(
      `${join(dir, config)} exists already, and bbb init does not replace files.`,
      'Edit it, or choose another folder with --dir.',
    );
  }
  const written = files.filter(({ path }) => !kept.includes(path));
  if (!dryRun) await writeNew(dir, written);
  if (json) await printWritten(dir, written, kept, dryRun);
  else {
    describeWritten(dir, written, dryRun);
    if (kept.length > 0) say(`Left as they are: ${kept.join(', ')}.`);
    const install = kept.includes('package.json')
      ? 'npm install --save-dev @bbb/cli @bbb/sweep'
      : 'npm install';
    next(dir, [install, 'npx bbb sweep --dry-run']);
  }
  return 0;
}

/** `bbb init plugin NAME`: a package with a pruner and its tests, in a folder of its own. */
export async function initPlugin(typed: string, { dir, dryRun, json }: InitFlags): Promise<number> {
  const name = pluginName(typed);
  const folder = dir ?? typed;
  refuseFile(folder);
  refuseFull(folder);
  refuseKnown(name, (await loadRegistry()).registry);
  const files = template('plugin', name);
  if (!dryRun) await writeNew(folder, files);
  if (json) await printWritten(folder, files, [], dryRun);
  else {
    describeWritten(folder, files, dryRun);
    next(folder, ['npm install', 'npm test', `npx bbb sweep --plugin . --pruners ${name} --limit 2000`]);
  }
  return 0;
}

function refuseFile(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UsageError(`${folder} is a file.`, 'Name a folder with --dir.');
}

function refuseFull(folder: string): void {
  const there = statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder) : [];
  if (there.length === 0) return;
  const shown = there.slice(0, 3).join(', ');
  throw new UsageError(
    `The folder ${folder} is not empty (${shown}${there.length > 3 ? ', ...' : ''}), and bbb init does not replace files.`,
    'Choose another name, or an empty folder with --dir.',
  );
}

/** A configuration file of any form. With a second one, bbb would not know which to read. */
function configIn(folder: string): string | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })) return undefined;
  return readdirSync(folder).find((file) => /^bbb\.config\.([cm]?[jt]s|json|ya?ml)$/.test(file));
}

function describeWritten(folder: string, files: readonly NewFile[], dryRun: boolean | undefined): void {
  say(dryRun ? `Would write into ${folder}:` : `Wrote into ${folder}:`);
  for (const { path } of files) say(`  ${path}`);
}

function next(folder: string, commands: readonly string[]): void {
  say('Next:');
  for (const command of [...(folder === '.' ? [] : [`cd ${folder}`]), ...commands]) say(`  ${command}`);
}

function printWritten(
  folder: string,
  files: readonly NewFile[],
  kept: readonly string[],
  dryRun = false,
): Promise<void> {
  return printJson({ folder, written: dryRun ? [] : files.map(({ path }) => path), kept });
}
