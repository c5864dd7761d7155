import { csv } from './codes/csv.js';
import { data } from './codes/data.js';
import { files } from './codes/files.js';
import { kernels } from './codes/kernels.js';
import { machines } from './codes/machines.js';
import { networks } from './codes/networks.js';
import { plugins } from './codes/plugins.js';
import { sweeps } from './codes/sweeps.js';
import type { Explanations } from './explanation.js';

/** Every code that bbb throws, grouped by subject. A code has one meaning, whichever package throws it. */
export const CODE_GROUPS: Readonly<Record<string, Explanations>> = {
  Data: data,
  Tables: csv,
  'Files, reports and pages': files,
  Plugins: plugins,
  'Networks, pruning and metrics': networks,
  Sweeps: sweeps,
  'Many machines': machines,
  Kernels: kernels,
};

export const CODES: Explanations = Object.assign({}, ...Object.values(CODE_GROUPS)) as Explanations;
