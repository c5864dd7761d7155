// @ts-check
/*
 * What the search field finds first. TypeDoc finds all that it should, but its order is that of the words' rarity: a property `pruner`
 * stood before the interface `Pruner`, and a page that names a word ten times before the guide whose title it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentReflection, ReferenceReflection, ReflectionKind } from 'typedoc';

/** @type {Readonly<Record<string, number>>} By group of pages; the others count once. */
const PAGES = { Guides: 6, Reference: 3, Methods: 3, Criteria: 3, 'Data sets': 3, Presets: 3, Results: 0.5 };

/** Pages that name nearly every word there is, and explain none. */
const LISTS = ['Changelog', 'Architecture', 'Contributing'];

/** What is imported counts more than a member of it. */
const EXPORT = 4;

/** @param {import('typedoc').IndexEvent} event */
export function rankSearch(event) {
  // What a package hands on is found in the package that it comes from, once.
  for (let i = event.searchResults.length - 1; i >= 0; i--)
    if (event.searchResults[i] instanceof ReferenceReflection) event.removeResult(i);
  event.searchResults.forEach((found, i) => {
    found.relevanceBoost = boostOf(found);
    // A part of a name is found as well: "pruner" finds definePruner, "safetensors" encodeSafetensors.
    event.searchFields[i] = { name: [found.name, ...wordsIn(found.name)].join(' ') };
  });
}

/** @param {import('typedoc').DeclarationReflection | DocumentReflection} found */
function boostOf(found) {
  if (found instanceof DocumentReflection) {
    return LISTS.includes(found.name) ? 0.2 : (PAGES[String(found.frontmatter['group'])] ?? 1);
  }
  return found.parent?.kindOf(ReflectionKind.Module) ? EXPORT : 1;
}

/** @param {string} name @returns {string[]} `definePruner` has two words, `sgd` none but itself. */
function wordsIn(name) {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[\s_-]+/);
  return words.length > 1 ? words : [];
}

/**
 * Mends lunr in the site's script. It shares nodes of its tree of words that have the same text, made of letters and numbers of nodes without
 * a mark between them: the letters 1 and 3 before nodes 2 and 4 read "1234", and so does the letter 1 before node 234. Where words have digits, two nodes were
 * taken for one, words came out that no page has, and a search that met one ended in an error and found nothing.
 *
 * @param {string} folder of the built site
 */
export function mendLunr(folder) {
  const path = join(folder, 'assets', 'main.js');
  const script = readFileSync(path, 'utf8');
  const parts = script.split(EDGE);
  if (parts.length !== 2) throw new Error(`${path} no longer has ${EDGE}: look whether lunr was mended.`);
  writeFileSync(path, parts.join(`${EDGE}+","`));
}

/** A letter and the number of the node behind it. */
const EDGE = 'e=e+s+o.id';
