import { it } from 'node:test';
import { schedulerChecks } from '@bbb/contract';
import plugin from './patience.js';

for (const { name, run } of schedulerChecks(plugin.schedulers!['patience']!)) void it(name, run);
