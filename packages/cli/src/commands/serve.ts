import { once } from 'node:events';
import { serveSweep } from '@bbb/serve';
import { EXIT } from '../errors/exit-codes.js';
import { print, say, warn } from '../io/output.js';
import type { ServeFlags } from '../options/kinds.js';
import { listenForSignals } from '../run/signals.js';

/** `bbb serve`: shows a sweep's folder in the browser until it is stopped, which is how it ends well. */
export async function serve(dir: string, { host, port }: ServeFlags): Promise<number> {
  const signals = listenForSignals();
  try {
    const serving = await serveSweep({ dir, host, port });
    if (!serving.loopback) {
      warn(
        `everyone who is given its address, token and all, can see this sweep as long as it is served, over plain HTTP. The page only shows, and changes nothing.`,
      );
    }
    await print(serving.url);
    if (serving.others.length > 0) say(['From other machines:', ...serving.others].join('\n  '));
    say(`${dir} is shown there, live, until Ctrl-C.`);
    if (!signals.stop.aborted) await once(signals.stop, 'abort');
    await serving.close();
    return EXIT.done;
  } finally {
    signals.close();
  }
}
