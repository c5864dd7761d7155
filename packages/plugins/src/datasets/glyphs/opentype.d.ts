/** The part of opentype.js that is used here. The package comes without types. */
declare module 'opentype.js' {
  export interface Command {
    readonly type: 'M' | 'L' | 'Q' | 'C' | 'Z';
    readonly x: number;
    readonly y: number;
    readonly x1: number;
    readonly y1: number;
    readonly x2: number;
    readonly y2: number;
  }
  const opentype: {
    parse(buffer: ArrayBuffer): {
      charToGlyph(letter: string): { readonly path: { readonly commands: readonly Command[] } };
    };
  };
  export default opentype;
}
