// @ts-check
/*
 * TypeDoc's plugin for this site. Modules have the names that imports use, symbols and pages are grouped by task, a page has the name of its
 * heading, and the sources that symbols link to are pages of the site. So the site needs no network and no repository host.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Application,
  Comment,
  CommentTag,
  Converter,
  IndexEvent,
  PageEvent,
  ReferenceReflection,
  ReflectionKind,
  RendererEvent,
} from 'typedoc';
import { DOCUMENT_GROUPS, documentGroup, documentName, documentRank } from './documents.mjs';
import { groupOf, groupOrder } from './groups.mjs';
import { mendLunr, rankSearch } from './search.mjs';
import { writeSources } from './sources.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @param {string} path @returns {string} */
const fromRoot = (path) => relative(ROOT, path).replaceAll('\\', '/');

/**
 * Marks the words of a command. The style sheet keeps them in one piece: else lines end after the hyphens of an option.
 * @param {string} code @returns {string}
 */
const markWords = (code) =>
  code.replace(/<span class="(hl-\d+)">([^<\s]+)<\/span>/g, '<span class="$1 word">$2</span>');

/** @param {import('typedoc').Application} app */
export function load(app) {
  // This is done now and not earlier, because TypeDoc resets options to their defaults when it loads plugins.
  app.on(Application.EVENT_BOOTSTRAP_END, () =>
    app.options.setValue('groupOrder', [...DOCUMENT_GROUPS.map(([group]) => group), 'Modules']),
  );
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => nameDocument(document));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const child of project.children ?? []) if (child.kindOf(ReflectionKind.Module)) nameModule(child);
  });
  // The low priority makes this run after TypeDoc has made the groups, in the same event.
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      orderGroups(project);
      unlinkForeign(project);
    },
    -1000,
  );
  app.renderer.on(IndexEvent.PREPARE_INDEX, rankSearch);
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents?.replace(/<code class="sh">.*?<\/code>/gs, markWords);
  });
  // The low priority makes this run after TypeDoc has copied its script, in the same event.
  app.renderer.on(
    RendererEvent.END,
    ({ outputDirectory }) => {
      writeSources(ROOT, outputDirectory);
      mendLunr(outputDirectory);
    },
    -1000,
  );
}

/**
 * Sorts the groups of a module in the order of its package, and the pages of a group in the order of reading: introductions come first.
 * @param {import('typedoc').ProjectReflection} project
 */
function orderGroups(project) {
  for (const module of project.children ?? []) {
    const order = groupOrder(module.name);
    module.groups?.sort((one, other) => order.indexOf(one.title) - order.indexOf(other.title));
  }
  for (const { title, children } of project.groups ?? []) {
    if (title === 'Modules') continue;
    children.sort((one, other) => rankOf(one) - rankOf(other) || one.name.localeCompare(other.name));
  }
}

/**
 * Removes the source links of members that a class inherits from JavaScript, because their files are not pages of this site.
 * @param {import('typedoc').ProjectReflection} project
 */
function unlinkForeign(project) {
  for (const reflection of Object.values(project.reflections)) {
    const { sources = [] } = /** @type {import('typedoc').DeclarationReflection} */ (reflection);
    for (const source of sources) if (source.fileName.includes('node_modules/')) delete source.url;
  }
}

/** @type {WeakMap<object, string>} The path of a page in the repository. */
const paths = new WeakMap();

/** @param {object} page */
function rankOf(page) {
  return documentRank(paths.get(page) ?? '');
}

/**
 * The heading of a page becomes its name.
 * @param {import('typedoc').DocumentReflection} document
 */
function nameDocument(document) {
  const path = fromRoot(document.project.files.getReflectionPath(document) ?? '');
  paths.set(document, path);
  const [, heading = document.name] = /^\s*# (.*)\n/.exec(document.content[0]?.text ?? '') ?? [];
  document.name = documentName(path, heading);
  document.frontmatter['group'] = documentGroup(path);
  document.content = document.content.map((part) =>
    part.kind === 'relative-link' ? { ...part, ...sourceLink(path, part.text) } : part,
  );
}

/**
 * A link to a source file or a folder of a package leads to its page of this site.
 * @param {string} from @param {string} target
 */
function sourceLink(from, target) {
  const path = join(dirname(from), target.replace(/#.*/, '')).replaceAll('\\', '/');
  if (/^packages\/[^/]+\/src\/.*\.ts$/.test(path)) return { kind: 'text', text: `../source/${path}.html` };
  const isFolder = path.startsWith('packages/') && statSync(join(ROOT, path)).isDirectory();
  if (!isFolder) return {};
  const listed = /^packages\/[^/]+(\/src(\/.*)?)?$/.test(path) ? path : path.split('/').slice(0, 2).join('/');
  return { kind: 'text', text: `../source/${listed}/index.html` };
}

/**
 * Gives a module the name that imports use, and the description of its package.
 * @param {import('typedoc').DeclarationReflection} module
 */
function nameModule(module) {
  const file = module.sources?.[0]?.fullFileName ?? '';
  const folder = fromRoot(file).split('/').slice(0, 2).join('/');
  const { name, description } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  module.name = file.endsWith('define-config.ts') ? `${name}/config` : name;
  module.comment ??= new Comment([]);
  if (module.comment.summary.length === 0)
    module.comment.summary.push({ kind: 'text', text: `${description}.` });
  for (const child of module.children ?? []) {
    groupSymbol(child);
    addExample(folder.replace('packages/', ''), child);
  }
}

/**
 * The example of a symbol is a file of its name, which a test runs.
 * @param {string} folder @param {import('typedoc').DeclarationReflection} symbol
 */
function addExample(folder, symbol) {
  const file = join(ROOT, 'docs/examples', folder, `${symbol.name}.ts`);
  if (!existsSync(file)) return;
  const code = `\`\`\`ts\n${readFileSync(file, 'utf8').trimEnd()}\n\`\`\``;
  const holder = symbol.signatures?.[0] ?? symbol;
  holder.comment ??= new Comment([]);
  holder.comment.blockTags.unshift(new CommentTag('@example', [{ kind: 'code', text: code }]));
}

/** @param {import('typedoc').DeclarationReflection} symbol */
function groupSymbol(symbol) {
  // A symbol that a package exports from another one is in the group of the original symbol.
  const own = symbol instanceof ReferenceReflection ? symbol.getTargetReflectionDeep() : symbol;
  const { sources, signatures } = /** @type {import('typedoc').DeclarationReflection} */ (own);
  const source = sources?.[0] ?? signatures?.[0]?.sources?.[0];
  const group = source && groupOf(fromRoot(source.fullFileName));
  if (group === undefined) return;
  // For a function, TypeDoc reads the tags in the comments of its signatures.
  const holders = symbol.signatures?.length ? symbol.signatures : [symbol];
  for (const holder of holders) {
    holder.comment ??= new Comment([]);
    if (!holder.comment.getTag('@group')) {
      holder.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: group }]));
    }
  }
}
