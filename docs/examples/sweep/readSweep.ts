import { readSweep } from '@bbb/sweep';

// Not run: it needs the folder of a sweep.
export async function accuracies(dir: string) {
  const { results } = await readSweep(dir);
  return results.map(({ pruning }) => pruning[0]!.evaluations[0]!.metrics['accuracy']);
}
