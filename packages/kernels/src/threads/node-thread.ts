import { workerData } from 'node:worker_threads';
import { help, type ThreadStart } from './thread.js';

help(workerData as ThreadStart);
