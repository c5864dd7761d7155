export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "a", "a and b", "a, b and c". */
export function list(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}

/** Replaces spaces by non-breaking ones, so that numbers stay with their interval and unit. */
export function unbroken(text: string): string {
  return text.replaceAll(' ± ', '\u00a0±\u00a0').replaceAll(' %', '\u00a0%').replaceAll(' (%)', '\u00a0(%)');
}
