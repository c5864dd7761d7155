/** Generated text is between two comments, so that it can be replaced without changing the text that people wrote. */
const begin = (name: string): string => `<!-- Made from the registry by npm run docs:plugins: ${name} -->`;
const end = (name: string): string => `<!-- End of ${name} -->`;

export function block(name: string, content: string): string {
  return `${begin(name)}\n\n${content}\n\n${end(name)}`;
}

/** Whether a page has this block. */
export function hasBlock(page: string, name: string): boolean {
  return page.includes(begin(name));
}

/** The page with new content in this block. */
export function withBlock(page: string, name: string, content: string): string {
  const from = page.indexOf(begin(name));
  const to = page.indexOf(end(name), from);
  if (from < 0 || to < 0) throw new Error(`The page has no whole block "${name}".`);
  return page.slice(0, from) + block(name, content) + page.slice(to + end(name).length);
}

/** The names of all blocks of a page. */
export function blockNames(page: string): string[] {
  return [...page.matchAll(/<!-- Made from the registry by npm run docs:plugins: (\S+) -->/g)].map(
    ([, name]) => name!,
  );
}

/** The text that people wrote: a page without its blocks. */
export function written(page: string): string {
  return blockNames(page).reduce((rest, name) => withBlock(rest, name, ''), page);
}
