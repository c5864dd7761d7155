import { format, resolveConfig } from 'prettier';

/** Formats a page as `npm run format` does, so that formatting it again changes nothing. */
export async function formatted(page: string, path: string): Promise<string> {
  return format(page, { ...(await resolveConfig(path)), filepath: path });
}
