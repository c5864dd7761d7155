// @ts-check

/** Groups of pages, in the order of the navigation. */
export const DOCUMENT_GROUPS = /** @type {const} */ ([
  ['Guides', /^docs\/guides\//],
  ['Reference', /^docs\/(configuration|errors)\.md$|^ARCHITECTURE\.md$|^CONTRIBUTING\.md$|^CHANGELOG\.md$/],
  ['Methods', /^docs\/methods\//],
  ['Criteria', /^docs\/plugins\/pruners(\.md|\/)/],
  ['Data sets', /^docs\/plugins\/datasets(\.md|\/)/],
  ['Presets', /^docs\/plugins\/presets(\.md|\/)/],
  ['Samplers and schedulers', /^docs\/plugins\/(samplers|schedulers)(\.md|\/)/],
  ['Other plugins', /^docs\/plugins\//],
  ['Results', /^docs\/results\//],
  ['Packages', /^packages\//],
]);

/** Pages that come first in their group; the others follow by name. */
const FIRST = [
  'README.md',
  'first-hour.md',
  'reading-a-report.md',
  'own-table.md',
  'own-images.md',
  'search.md',
  'many-machines.md',
  'deploy.md',
  'your-own-package.md',
  'custom-pruner.md',
  'custom-method.md',
  'custom-network.md',
  'custom-likelihood.md',
  'sweep-plugins.md',
];

/** @param {string} path from the top of the repository */
export function documentGroup(path) {
  return DOCUMENT_GROUPS.find(([, pattern]) => pattern.test(path))?.[0] ?? 'Reference';
}

/** @param {string} path @returns {number} */
export function documentRank(path) {
  const name = path.split('/').at(-1) ?? '';
  const list = /^docs\/plugins\/[a-z]+\.md$/.test(path) ? 0 : undefined;
  const rank = FIRST.indexOf(name);
  return list ?? (rank < 0 ? FIRST.length : rank);
}

/** Plugins whose name is also used by another kind of plugin. A search would show two results that look the same. */
const TOLD_APART = { datasets: 'data set', pruners: 'criterion', samplers: 'sampler', presets: 'preset' };

/**
 * The name of a page in the navigation and the search.
 * @param {string} path from the top of the repository
 * @param {string} heading of the page
 */
export function documentName(path, heading) {
  const [, folder] = /^docs\/results\/([^/]+)\/report\.md$/.exec(path) ?? [];
  if (folder !== undefined) return `Results of ${folder}`;
  const [, kind = '', name = ''] = /^docs\/plugins\/([^/]+)\/([^/]+)\.md$/.exec(path) ?? [];
  const ambiguous = ['random', 'curve', 'bandit'].includes(name);
  return ambiguous ? `${heading} (${TOLD_APART[/** @type {'presets'} */ (kind)] ?? kind})` : heading;
}
