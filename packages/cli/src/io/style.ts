import { styleText } from 'node:util';

export type Format = Parameters<typeof styleText>[0];

/** Adds colours if the stream is a terminal and the user has not turned them off (https://no-color.org). */
export function styled(
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>> = process.env,
): (format: Format, text: string) => string {
  const on = stream.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (format, text) => (on ? styleText(format, text) : text);
}

/** Whether lines may be redrawn: the stream is a terminal, and not the log of a build. */
export function isLive(
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  return stream.isTTY && !env['CI'] && env['TERM'] !== 'dumb';
}
