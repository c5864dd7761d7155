import { renderHtml } from '@bbb/report';
import { readSweep, sweepStatus } from '@bbb/sweep';

/** The HTML report of what there is now, made anew when a trial has come to its end since the last time. */
export function createReport(dir: string): () => Promise<string> {
  let made: { readonly version: string; readonly html: Promise<string> } | undefined;
  return async () => {
    const { trials } = await sweepStatus(dir);
    const version = JSON.stringify(trials.map(({ id, state, sha256 }) => [id, state, sha256]));
    if (made?.version !== version) made = { version, html: render(dir) };
    try {
      return await made.html;
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

async function render(dir: string): Promise<string> {
  return renderHtml(await readSweep(dir));
}
