import { Parser } from 'assemblyscript';

/**
 * What the compiler sees of an AssemblyScript file: its lines without comments, without spaces at their ends and without blank lines.
 * The compiler's own parser finds the comments, so that `//` in a string stays.
 */
export function codeOf(text) {
  let code = '';
  let end = 0;
  for (const [from, to] of commentsOf(text)) {
    // A line break can end a statement, also one inside a comment.
    code += text.slice(end, from) + (text.slice(from, to).includes('\n') ? '\n' : ' ');
    end = to;
  }
  const lines = (code + text.slice(end)).split('\n').map((line) => line.trimEnd());
  return lines.filter((line) => line !== '').join('\n');
}

function commentsOf(text) {
  const ends = new Map();
  const parser = new Parser();
  // The parser goes back over what it could not decide at once, so it reports a comment several times.
  parser.onComment = (kind, comment, { start, end }) => ends.set(start, end);
  parser.parseFile(text, 'source.ts', true);
  return [...ends].sort(([a], [b]) => a - b);
}
