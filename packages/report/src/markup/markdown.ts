import { printable } from './safe.js';

// The constructor of the class below. Only the functions of this file can use it.
let make: (text: string) => Markdown;

/** Text that is already Markdown. */
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

/** What a template takes. Items of a list are joined, undefined gives nothing. */
export type MarkdownContent = Markdown | string | number | undefined | readonly MarkdownContent[];

/** The only way in which Markdown is made: every value is shown literally as text, and stays on its line. */
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

/** Characters that begin or end an element of CommonMark or of GitHub's tables, links and footnotes. */
const SPECIAL = /[\\`*_[\]<>|~&$]/g;
/** A paragraph must not begin with these. */
const OPENING = /^(\s*)([-+=#:]|\d+(?=[.)]))/;

function escapeMarkdown(value: string, lineStart: boolean): string {
  const oneLine = printable(value).replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');
  const escaped = oneLine
    .replaceAll(SPECIAL, '\\$&')
    // An address is not a link: readers see where it leads when they copy it.
    .replaceAll(/(?<=\w):(?=\/\/)/g, '\\:')
    .replaceAll(/\bwww\./gi, 'www\\.');
  if (!lineStart) return escaped;
  return escaped
    .trimStart()
    .replace(OPENING, (opening) => (/^\d/.test(opening) ? opening : `\\${opening}`))
    .replace(/^(\d+)([.)])/, '$1\\$2');
}
