/** A finished figure. */
export interface Figure {
  /** Unique in a report; also the file name. */
  readonly id: string;
  readonly title: string;
  /** What it shows, for readers who do not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /**
   * SVG with a `viewBox`, texts and axes in `currentColor`, and no background: it takes the colours of the page around
   * it. {@link standaloneSvg} makes a file of it.
   */
  readonly svg: string;
}

/** Fonts of all figures; the first is the one that comes along for PNG. */
export const FONT_FAMILY = "'Source Sans 3', system-ui, sans-serif";

const INK = '#1c1e21';

/** The figure as a file of its own: dark on white. */
export function standaloneSvg({ svg }: Figure): string {
  const open = svg.indexOf('>') + 1;
  const root = svg.slice(0, open).replace('<svg ', `<svg color="${INK}" `);
  return `${root}<rect width="100%" height="100%" fill="#ffffff"/>${svg.slice(open)}\n`;
}
