// @ts-check
/*
 * The order of the results of the search field. TypeDoc sorts results by the rarity of words, so a property `pruner` came before the
 * interface `Pruner`, and a page that has a word ten times came before the guide with that word in its title.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentReflection, ReferenceReflection, ReflectionKind } from 'typedoc';

/** @type {Readonly<Record<string, number>>} Factors by group of pages. Default: 1. */
const PAGES = { Guides: 6, Reference: 3, Methods: 3, Criteria: 3, 'Data sets': 3, Presets: 3, Results: 0.5 };

/** Pages that contain nearly every word and explain none. */
const LISTS = ['Changelog', 'Architecture', 'Contributing'];

/** A symbol that can be imported counts more than its members. */
const EXPORT = 4;

/** @param {import('typedoc').IndexEvent} event */
export function rankSearch(event) {
  // A symbol that several packages export is shown once, in the package that defines it.
  for (let i = event.searchResults.length - 1; i >= 0; i--)
    if (event.searchResults[i] instanceof ReferenceReflection) event.removeResult(i);
  event.searchResults.forEach((found, i) => {
    found.relevanceBoost = boostOf(found);
    // Parts of a name are found too: "pruner" finds definePruner, "safetensors" encodeSafetensors.
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

/** @param {string} name @returns {string[]} `definePruner` has two words, `sgd` has one. */
function wordsIn(name) {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[\s_-]+/);
  return words.length > 1 ? words : [];
}

/**
 * Corrects an error of lunr in the site's script. Its tree of words merges nodes with the same key, and it makes a key from letters and node
 * numbers without a separator: the letters 1 and 3 before nodes 2 and 4 give "1234", and so does the letter 1 before node 234. With digits in
 * words, different nodes were merged. This made words that no page has, and a search that met one failed.
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
