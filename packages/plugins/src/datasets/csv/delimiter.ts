/** The likeliest first, where two occur equally often: a comma may be part of a number. */
const CANDIDATES = ['\t', ';', '|', ','] as const;

/** What separates the fields of a file: what occurs most often in its first line, outside quotes. */
export function findDelimiter(text: string): string {
  const line = firstLine(text);
  const count = (delimiter: string): number => line.split(delimiter).length - 1;
  const best = CANDIDATES.reduce((a, b) => (count(b) > count(a) ? b : a));
  return count(best) === 0 ? ',' : best;
}

/** Without what is in quotes. */
function firstLine(text: string): string {
  const unquoted = text.replace(/"[^"]*"/g, '');
  return unquoted.replace(/^\s+/, '').split(/\r\n|\r|\n/, 1)[0]!;
}
