import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveFiles, serveSweep, type Serving } from '@bbb/serve';
import { EXIT } from '../errors/exit-codes.js';
import { UsageError } from '../errors/usage.js';
import { print, say, warn } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { ServeFlags } from '../options/kinds.js';
import { workProgress } from '../progress/work.js';
import { listenForSignals } from '../run/signals.js';

/** `bbb serve`: shows a sweep's folder, or a network that can be asked, in the browser. It runs until it is stopped, and that counts as success. */
export async function serve(place: string, flags: ServeFlags): Promise<number> {
  const signals = listenForSignals();
  try {
    const network = isNetwork(place);
    if (!network) refuseOfNetwork(place, flags);
    const serving = network
      ? await serveNetwork(place, flags)
      : await serveSweep({ dir: place, host: flags.host, port: flags.port });
    if (!serving.loopback) {
      warn(
        `everyone who has the whole address with its token can see this ${network ? 'network' : 'sweep'} while it is served, over plain HTTP. The page is read-only.`,
      );
    }
    await print(serving.url);
    if (serving.others.length > 0) say(['From other machines:', ...serving.others].join('\n  '));
    say(`${place} is shown there, ${network ? 'to be asked' : 'live'}, until Ctrl-C.`);
    if (!signals.stop.aborted) await once(signals.stop, 'abort');
    await serving.close();
    return EXIT.done;
  } finally {
    signals.close();
  }
}

/** The ending of the files that `bbb export --format sparse` writes. */
const MODEL = '.bbb';

/** Whether the place is a model file, a checkpoint, or the folder of a trial that has a checkpoint. */
function isNetwork(place: string): boolean {
  return (
    place.endsWith('.safetensors') ||
    place.endsWith('.safetensors.gz') ||
    place.endsWith(MODEL) ||
    existsSync(join(place, 'checkpoint.safetensors'))
  );
}

/** @throws UsageError for options that only a network can have */
function refuseOfNetwork(place: string, { dataDir, plugin }: ServeFlags): void {
  if (dataDir === undefined && plugin === undefined) return;
  throw new UsageError(
    `${dataDir === undefined ? '--plugin' : '--data-dir'} is for a network, and ${place} is the folder of a sweep.`,
    'Leave it out, or name the folder of a trial.',
  );
}

async function serveNetwork(place: string, { host, port, dataDir, plugin }: ServeFlags): Promise<Serving> {
  // A sweep does not need these modules, so they are loaded here.
  const { pageFiles, pageOfModel } = await import('../network/page.js');
  if (place.endsWith(MODEL))
    return serveFiles({ files: await pageOfModel(await readFile(place)), host, port });
  const { registry } = await loadRegistry(plugin);
  const work = workProgress();
  const options = { samples: 0, ...(dataDir === undefined ? {} : { dataDir }) };
  const files = await pageFiles(place, options, registry, work.step).finally(work.close);
  return serveFiles({ files, host, port });
}
