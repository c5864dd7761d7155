import { format, resolveConfig } from 'prettier';

/** As `npm run format` leaves a page, so that to format is no change. */
export async function formatted(page: string, path: string): Promise<string> {
  return format(page, { ...(await resolveConfig(path)), filepath: path });
}
