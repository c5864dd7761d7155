/** The place of a value in a template. */
export type Context =
  | { readonly kind: 'text' }
  /** Among the attributes of a tag. `raw`: the content of the tag is a script or a style sheet. */
  | { readonly kind: 'tag'; readonly raw: boolean }
  /** In the quotes of an attribute. `start`: the value is at the beginning of the quotes. */
  | { readonly kind: 'attribute'; readonly name: string; readonly start: boolean; readonly raw: boolean }
  /** In a script or a style sheet, where nothing can be escaped. */
  | { readonly kind: 'raw' };

const known = new WeakMap<TemplateStringsArray, readonly Context[]>();

/**
 * The place of each value in a template. It depends only on the literal parts, which are our own source: no value can
 * change it.
 * @throws Error for a place where no value is safe: an unquoted attribute, the name of a tag
 */
export function contextsOf(strings: TemplateStringsArray): readonly Context[] {
  const found = known.get(strings) ?? scan(strings);
  known.set(strings, found);
  return found;
}

function scan(strings: TemplateStringsArray): Context[] {
  let state: Context = { kind: 'text' };
  return strings.slice(0, -1).map((literal) => {
    state = after(state, literal);
    if (/<\/?$/.test(literal) || (state.kind === 'tag' && /[='/]\s*$/.test(literal)))
      throw new Error(
        `A value can't follow ${JSON.stringify(literal.slice(-20))}: put the attribute in quotes.`,
      );
    const here = state;
    // A second value in the same quotes is not at their start.
    if (state.kind === 'attribute') state = { ...state, start: false };
    return here;
  });
}

function after(from: Context, literal: string): Context {
  let [state, rest] = [from, literal];
  while (rest !== '') [state, rest] = step(state, rest);
  return state;
}

/** Reads up to the end of a state. */
function step(state: Context, text: string): [Context, string] {
  switch (state.kind) {
    case 'text': {
      const tag = /<[/!]?[A-Za-z]*/.exec(text);
      if (!tag) return [state, ''];
      const raw = /^<(script|style)$/i.test(tag[0]);
      return [{ kind: 'tag', raw }, text.slice(tag.index + tag[0].length)];
    }
    case 'tag': {
      const end = text.search(/[>"]/);
      if (end < 0) return [state, ''];
      const { raw } = state;
      const next: Context =
        text[end] === '"'
          ? { kind: 'attribute', name: attributeBefore(text.slice(0, end)), start: true, raw }
          : { kind: raw ? 'raw' : 'text' };
      return [next, text.slice(end + 1)];
    }
    case 'attribute': {
      const end = text.indexOf('"');
      return end < 0
        ? [{ ...state, start: false }, '']
        : [{ kind: 'tag', raw: state.raw }, text.slice(end + 1)];
    }
    case 'raw': {
      const end = text.indexOf('</');
      return end < 0 ? [state, ''] : [{ kind: 'text' }, text.slice(end)];
    }
  }
}

function attributeBefore(text: string): string {
  const name = /([\w:-]+)=$/.exec(text)?.[1];
  if (name === undefined) throw new Error(`There is no name of an attribute at the end of ${text}.`);
  return name.toLowerCase();
}
