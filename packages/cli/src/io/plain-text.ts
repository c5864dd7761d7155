/**
 * Characters that control a terminal or reverse its text: all control characters (escape sequences begin with one, of C0 or
 * of C1), characters that change the direction of writing, and the line breaks that only Unicode knows.
 */
const STEERING = /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/gu;

/**
 * Text that is safe to show. Texts of hosts, plugins, labels and files must not move the cursor, rename the
 * window or hide a line, so control characters are written out, e.g. `\x1b`. New lines and tabs stay.
 */
export function plainText(text: string): string {
  return text.replaceAll(STEERING, (character) =>
    character === '\n' || character === '\t' ? character : written(character),
  );
}

/** Like {@link plainText}, for text that must stay in one line. */
export function plainLine(text: string): string {
  return text.replaceAll(STEERING, written);
}

/** Like {@link plainText}, for JSON, whose meaning stays the same: JSON.stringify escapes only the control characters of C0. */
export function plainJson(json: string): string {
  return json.replaceAll(STEERING, (character) => (character === '\n' ? character : unicode(character)));
}

function written(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : unicode(character);
}

function unicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
