/** The part of markdown-it that is used; its types are a package of their own. */
declare module 'markdown-it' {
  export default class MarkdownIt {
    constructor(options: { readonly html: boolean; readonly linkify: boolean });
    validateLink: (url: string) => boolean;
    render(text: string): string;
  }
}
