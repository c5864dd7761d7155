import { attributes, svg, type Markup } from '../markup/markup.js';

/** Shortens a name to this many characters. The middle is cut, because names often differ at their ends. */
export function shorten(name: string, characters: number): string {
  const all = Array.from(name);
  if (all.length <= characters) return name;
  const head = Math.ceil((characters - 1) / 2);
  return [...all.slice(0, head), '…', ...all.slice(all.length - (characters - 1 - head))].join('');
}

export interface NameBlock {
  /** Base line of the block's middle. */
  readonly y: number;
  readonly characters: number;
  readonly lines: number;
  readonly weight?: number;
}

const SIZE = 12;
const LINE = 14;

/** A name at the left edge, broken into several lines if it is too long. */
export function nameMarkup(name: string, { y, characters, lines, weight }: NameBlock): Markup[] {
  const broken = breakName(name, characters, lines);
  const own = attributes({ 'font-size': SIZE, 'font-weight': weight });
  return broken.map(
    (line, i) => svg`<text x="0" y="${y + (i - (broken.length - 1) / 2) * LINE}"${own}>${line}</text>`,
  );
}

/** Breaks at spaces, and within words that are longer than a line. A name that still needs more lines is shortened. */
export function breakName(name: string, characters: number, lines: number): string[] {
  for (let length = name.length; ; length--) {
    const words = shorten(name, length)
      .split(' ')
      .flatMap((word) => breakWord(word, characters));
    const broken = wrap(words.join(' '), characters);
    if (broken.length <= lines) return broken;
  }
}

/** Breaks after `=` or `-` if possible: a number that is cut in two reads as another number. */
function breakWord(word: string, characters: number): string[] {
  if (word.length <= characters) return [word];
  const parts = word
    .split(/(?<=[=-])/)
    .flatMap((part) => part.match(new RegExp(`.{1,${characters}}`, 'gu'))!);
  return parts.reduce<string[]>((pieces, part) => {
    const last = pieces.at(-1);
    return last !== undefined && last.length + part.length <= characters
      ? [...pieces.slice(0, -1), last + part]
      : [...pieces, part];
  }, []);
}

/** Greedy line breaking by the number of characters. */
export function wrap(value: string, characters: number): string[] {
  if (value === '') return [];
  const lines: string[] = [];
  for (const word of value.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= characters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
