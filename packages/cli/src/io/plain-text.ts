/**
 * Characters that steer a terminal or turn its text around: all control characters (escape sequences begin with one, of C0 or
 * of C1), what changes the direction of writing, and the line breaks that only Unicode knows.
 */
const STEERING = /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/gu;

/**
 * Text as it may be shown. It holds what hosts, plugins, labels and files say, and none of that may move the cursor, rename the
 * window or hide a line: such characters are written out, e.g. `\x1b`. New lines and tabs stay.
 */
export function plainText(text: string): string {
  return text.replaceAll(STEERING, (character) =>
    character === '\n' || character === '\t' ? character : written(character),
  );
}

/** The same for text that must stay in one line. */
export function plainLine(text: string): string {
  return text.replaceAll(STEERING, written);
}

/** The same for JSON, which keeps its meaning: JSON.stringify leaves all but C0 as it is. */
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
