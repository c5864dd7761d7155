import { settingsOf } from '../data/groups.js';
import type { SweepData } from '@bbb/core';
import { pruningTable } from './pruning.js';
import { renderTerminal } from './render.js';

/**
 * What the command line prints at the end of a sweep: the headline by method and sparsity, for each setting.
 * @param data a sweep, as `readSweep` gives it
 * @param options `width`: columns of the terminal. Default: 100
 */
export function terminalTable(data: SweepData, options: { readonly width?: number } = {}): string {
  const settings = settingsOf(data);
  if (settings.length === 0) return 'No trial has finished yet.\n';
  return settings.map((setting) => renderTerminal(pruningTable(setting), options)).join('\n');
}
