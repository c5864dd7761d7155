import { printable } from './safe.js';

// The one door into the class below, for the functions of this file alone.
let make: (text: string) => Markdown;

/** Text that is Markdown already. */
export class Markdown {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  static {
    make = (text) => new Markdown(text);
  }
}

/** Lists are put one after the other, undefined is nothing. */
export type MarkdownContent = Markdown | string | number | undefined | readonly MarkdownContent[];

/** The only way in which Markdown is made: every value is text, whatever it looks like, and stays on its line. */
export function gfm(strings: TemplateStringsArray, ...values: readonly MarkdownContent[]): Markdown {
  const parts = strings.map((literal, i) =>
    i === 0 ? literal : put(values[i - 1], /(^|\n)$/.test(strings[i - 1]!)) + literal,
  );
  return make(parts.join(''));
}

/** A block of code, fenced by more backticks than it has itself. */
export function codeBlock(code: string, language: 'json' | '' = ''): Markdown {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return make(`${fence}${language}\n${printable(code).replaceAll('\r', '\n')}\n${fence}`);
}

function put(value: MarkdownContent, lineStart: boolean): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one: MarkdownContent) => put(one, lineStart)).join('');
  return value instanceof Markdown ? String(value) : escapeMarkdown(String(value), lineStart);
}

/** Characters that begin or end something of CommonMark or GitHub's tables, links and footnotes. */
const SPECIAL = /[\\`*_[\]<>|~&$]/g;
/** What a line must not begin with to be a paragraph. */
const OPENING = /^(\s*)([-+=#:]|\d+(?=[.)]))/;

function escapeMarkdown(value: string, lineStart: boolean): string {
  const oneLine = printable(value).replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');
  const escaped = oneLine
    .replaceAll(SPECIAL, '\\$&')
    // An address is no link: readers see where they go when they copy it.
    .replaceAll(/(?<=\w):(?=\/\/)/g, '\\:')
    .replaceAll(/\bwww\./gi, 'www\\.');
  if (!lineStart) return escaped;
  return escaped
    .trimStart()
    .replace(OPENING, (opening) => (/^\d/.test(opening) ? opening : `\\${opening}`))
    .replace(/^(\d+)([.)])/, '$1\\$2');
}
