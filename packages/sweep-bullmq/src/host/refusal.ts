import { BbbError, canonicalJson, VERSION, type Registry, type Datasets } from '@bbb/core';
import { loadData } from '@bbb/sweep/host';
import type { Announcement, AnnouncementHead } from '../protocol.js';
import { checksums, type Requirements } from '../requirements.js';

export interface HostHas {
  readonly registry: Registry;
  /** The plugin files that were loaded when this host was started. */
  readonly plugins: Requirements['plugins'];
  /** The plugin files as they are now: new threads load these. */
  readonly pluginsNow: () => Requirements['plugins'];
  readonly dataDir: string | undefined;
}

/**
 * Loads the data of a sweep, if this host has the same plugins and the same data.
 * @returns the data sets, or one or two sentences why this host can't take part
 */
export async function prepare(announcement: Announcement, has: HostHas): Promise<Datasets | string> {
  const reason = pluginReason(announcement, has);
  if (reason !== undefined) return reason;
  const { options, sha256 } = announcement.data;
  try {
    const datasets = await loadData(has.registry, [options], has.dataDir);
    if (canonicalJson(checksums(options, datasets)) !== canonicalJson(sha256))
      return `its files of the data set ${options.use} are not those of the coordinator.`;
    return datasets;
  } catch (error) {
    if (!(error instanceof BbbError)) return `the data can't be loaded: ${(error as Error).message}`;
    return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  }
}

/** The reason why this version of bbb or Node can't take part, if there is one. */
export function versionReason({ bbb, nodeMajor }: AnnouncementHead): string | undefined {
  const here = Number(process.versions.node.split('.')[0]);
  if (bbb !== VERSION) return `it has bbb ${VERSION}; the sweep needs ${bbb}.`;
  if (nodeMajor !== here) return `it runs Node ${here}; the sweep needs Node ${nodeMajor}.`;
  return undefined;
}

function pluginReason(
  { methods, pruners, networks, likelihoods, procedures, plugins, data }: Announcement,
  { registry, plugins: own, pluginsNow }: HostHas,
): string | undefined {
  // This process keeps the plugins that it loaded, but its next threads would load the changed files.
  if (haveChanged(own, pluginsNow))
    return 'one of its plugins has changed since it was started; start it again.';
  const missing = [
    ...methods.filter((name) => !hasName(registry, 'methods', name)).map((name) => `the method ${name}`),
    ...pruners.filter((name) => !hasName(registry, 'pruners', name)).map((name) => `the pruner ${name}`),
    ...networks.filter((name) => !hasName(registry, 'networks', name)).map((name) => `the network ${name}`),
    ...likelihoods
      .filter((name) => !hasName(registry, 'likelihoods', name))
      .map((name) => `the likelihood ${name}`),
    ...procedures
      .filter((name) => !hasName(registry, 'procedures', name))
      .map((name) => `the procedure ${name}`),
    ...[data.options, ...(data.options.outOfDistribution ? [data.options.outOfDistribution] : [])]
      .filter(({ use }) => !hasName(registry, 'datasets', use))
      .map(({ use }) => `the data set ${use}`),
  ];
  if (missing.length > 0) return `it has no plugin with ${missing.join(', ')}; start it with --plugin.`;
  const other = plugins.find(({ sha256 }) => !own.some((plugin) => plugin.sha256 === sha256));
  return other && `its plugin ${other.name} is missing or not the same as the coordinator's.`;
}

function haveChanged(before: HostHas['plugins'], now: HostHas['pluginsNow']): boolean {
  try {
    return canonicalJson(now()) !== canonicalJson(before);
  } catch {
    // The file is gone.
    return true;
  }
}

function hasName(
  registry: Registry,
  kind: 'methods' | 'pruners' | 'networks' | 'likelihoods' | 'procedures' | 'datasets',
  name: string,
): boolean {
  return registry.list(kind).some((entry) => entry.name === name);
}
