import { Option } from 'commander';
import { threadCount } from '../parse/number.js';

/**
 * `--threads` of the commands that work on one network.
 * @param help what the threads do
 */
export const threadsOption = (help = 'threads that work on it'): Option =>
  new Option('--threads <n>', `${help}; no number depends on them (default: the cores there are)`).argParser(
    threadCount,
  );
