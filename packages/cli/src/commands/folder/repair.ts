import { repairSweep } from '@bbb/sweep';
import { trialsText } from '../../progress/lines.js';
import { print, printJson } from '../../io/output.js';
import type { FolderFlags } from '../../options/kinds.js';

/**
 * `bbb sweep repair`: checks every file of a folder, sets damaged ones aside and builds the index anew. Damage that can't be
 * repaired is thrown, and ends with exit code 3.
 */
export async function repair(dir: string, { json }: FolderFlags): Promise<number> {
  const found = await repairSweep(dir);
  if (json) {
    await printJson({ dir, ...found });
    return 0;
  }
  const { done, stoppedEarly, failed, open, findings } = found;
  await print(
    [
      findings.length === 0
        ? `${dir}: nothing is damaged.`
        : `${dir}: ${findings.length} damaged, set aside beside where they were:`,
      ...findings.map(({ id, message }) => `  ${id === undefined ? '' : `trial ${id}: `}${message}`),
      `The index was built anew: ${trialsText(done)} done, ${stoppedEarly > 0 ? `${stoppedEarly} stopped early, ` : ''}${failed} failed, ${open} to go.`,
      ...(open > 0 ? ['The command that started the sweep runs those to go; the others are kept.'] : []),
    ].join('\n'),
  );
  return 0;
}
