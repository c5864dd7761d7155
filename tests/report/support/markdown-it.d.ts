/** The part of markdown-it that the tests use. Its types are a separate package. */
declare module 'markdown-it' {
  export default class MarkdownIt {
    constructor(options: { readonly html: boolean; readonly linkify: boolean });
    validateLink: (url: string) => boolean;
    render(text: string): string;
  }
}
