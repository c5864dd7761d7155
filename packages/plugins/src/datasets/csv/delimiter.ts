/** In the order of preference if two occur equally often: a comma may be part of a number. */
const CANDIDATES = ['\t', ';', '|', ','] as const;

/**
 * Finds the delimiter of a file: the candidate that occurs most often in its first line, outside quotes.
 * @param text the beginning of the file
 */
export function findDelimiter(text: string): string {
  const line = firstLine(text);
  const count = (delimiter: string): number => line.split(delimiter).length - 1;
  const best = CANDIDATES.reduce((a, b) => (count(b) > count(a) ? b : a));
  return count(best) === 0 ? ',' : best;
}

/** The first line, without the parts in quotes. */
function firstLine(text: string): string {
  const unquoted = text.replace(/"[^"]*"/g, '');
  return unquoted.replace(/^\s+/, '').split(/\r\n|\r|\n/, 1)[0]!;
}
