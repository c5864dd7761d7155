import { Option } from 'commander';
import { threadCount } from '../parse/number.js';

/** `--threads` of the commands that work on one network. */
export const threadsOption = (): Option =>
  new Option(
    '--threads <n>',
    'threads that work on it; no number depends on them (default: the cores there are)',
  ).argParser(threadCount);
