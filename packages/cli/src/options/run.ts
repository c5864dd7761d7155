import { Option, type Command } from 'commander';
import { assignment, type Assignment } from '../parse/assignment.js';
import { collect, text } from '../parse/list.js';
import { count, countOrZero, duration } from '../parse/number.js';

/** How trials are run and shown; nothing here changes a result. */
export interface RunFlags {
  readonly dir?: string;
  readonly workers?: number;
  /** Number of threads of a single trial. */
  readonly threads?: number;
  readonly extend?: true;
  readonly retryFailed?: true;
  readonly failFast?: true;
  readonly maxRetries?: number;
  /** Longest time for one attempt, seconds. */
  readonly timeout?: number;
  readonly isolate?: 'thread' | 'process';
  /** `local`, or the name of an executor. */
  readonly executor?: string;
  readonly executorOption?: readonly Assignment[];
  readonly store?: string;
  readonly storeOption?: readonly Assignment[];
  readonly reporter?: readonly string[];
  readonly reporterOption?: readonly Assignment[];
  readonly queue?: string;
  readonly redis?: string;
  readonly listen?: string;
  readonly index?: number;
  readonly count?: number;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** The executor and its options. Every option of an executor can be given this way. */
export function executorOptions(fallback = 'threads of this machine'): [Option, Option] {
  return [
    new Option(
      '--executor <name>',
      `where trials run: bbb plugins executors lists them (default: ${fallback})`,
    ),
    new Option('--executor-option <name=value>', 'one of its own options; repeatable').argParser(
      collect(assignment),
    ),
  ];
}

/** Short forms of an executor's option `queue`. */
export function queueOptions(): [Option, Option] {
  return [
    new Option(
      '--queue <url>',
      'short for --executor-option queue=URL, of an executor for many machines: redis://host:6379 or postgres://user@host/database',
    ),
    new Option('--redis <url>', 'the same as --queue, for Redis').conflicts('queue'),
  ];
}

export function addRunOptions(command: Command): Command {
  const [executor, executorOption] = executorOptions();
  const [queue, redis] = queueOptions();
  return command
    .optionsGroup('Run:')
    .option('--dir <dir>', 'folder of the results (default: one under runs/, named by the configuration)')
    .option('--workers <n>', 'trials at a time (default: the cores there are)', count)
    .option('--extend', 'add these trials to a folder that has others')
    .option('--retry-failed', 'run again what failed earlier')
    .option('--fail-fast', 'stop at the first failure')
    .option('--max-retries <n>', 'how often a trial is tried again after an error', countOrZero)
    .option('--timeout <time>', 'longest time for a trial, e.g. 30m', duration)
    .addOption(executor)
    .addOption(executorOption)
    .addOption(
      new Option('--isolate <in>', 'short for the executor that gives a trial its own').choices([
        'thread',
        'process',
      ]),
    )
    .addOption(queue)
    .addOption(redis)
    .option(
      '--listen <host:port>',
      "short for --executor-option listen=HOST:PORT, for workers that don't share the folder",
    )
    .option('--index <i>', 'run only every n-th trial, from this one (0 to n - 1)', countOrZero)
    .option('--count <n>', 'with --index: into how many shards the trials are divided', count)
    .option('--store <name>', 'the index beside the results: bbb plugins stores lists them')
    .option('--store-option <name=value>', 'one of its own options; repeatable', collect(assignment))
    .option('--dry-run', 'list the trials, run none, write nothing')
    .optionsGroup('Output:')
    .option(
      '--json',
      'print events as they happen, one JSON document per line (NDJSON); the last is the outcome',
    )
    .option(
      '--reporter <name>',
      'a further reporter of events (bbb plugins reporters lists them); repeatable',
      collect(text),
    )
    .option(
      '--reporter-option <name.option=value>',
      'one of its own options, e.g. NAME.file=events.log; repeatable',
      collect(assignment),
    )
    .option('--quiet', 'no progress');
}
