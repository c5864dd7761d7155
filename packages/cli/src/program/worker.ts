import { Option, type Command } from 'commander';
import type { WorkerFlags } from '../commands/worker.js';
import { pluginOption } from '../options/common.js';
import { DATA_DIR } from '../options/data.js';
import { executorOptions, queueOptions } from '../options/run.js';
import { collect, hostAndPort } from '../parse/list.js';
import { count, duration, lease } from '../parse/number.js';
import type { OnExit } from './on-exit.js';

/** `bbb worker` */
export function addWorker(program: Command, onExit: OnExit): void {
  const [executor, executorOption] = executorOptions('the first for many machines');
  const [queue, redis] = queueOptions();
  program
    .command('worker')
    .description('take trials of sweeps on other machines (bbb sweep --queue URL), until stopped')
    .addOption(queue)
    .addOption(redis)
    .addOption(executor)
    .addOption(executorOption)
    .option('--workers <n>', 'trials at a time (default: the cores there are)', count)
    .option(DATA_DIR, 'folder that holds the files of the data set')
    .option('--dir <dir>', "the sweep's folder as this machine sees it, if it is shared under another path")
    .addOption(pluginOption('plugin with methods, networks, pruners, data sets'))
    .option(
      '--upload-to <host[:port]>',
      'a coordinator (its --listen) that this machine may upload to; repeatable (default: none)',
      collect(hostAndPort),
    )
    .option('--upload', 'hand results over by upload even where the folder is shared')
    .addOption(
      new Option('--lease <time>', 'after so long without a sign of life its trials go to others')
        .argParser(lease)
        .default(15, '15s'),
    )
    .option('--idle <time>', 'leave after so long with nothing to do (default: never)', duration)
    .action(async (flags: WorkerFlags) =>
      onExit(await (await import('../commands/worker.js')).worker(flags)),
    );
}
