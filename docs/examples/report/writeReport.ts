import { readSweep } from '@bbb/sweep';
import { writeReport } from '@bbb/report';

// Not run: it needs the folder of a sweep.
export async function report(dir: string) {
  return writeReport(await readSweep(dir), dir, ['html', 'md']);
}
