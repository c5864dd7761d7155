import { createRequire } from 'node:module';

/** The worker's module: the built JavaScript, or the source where the condition `@bbb/source` is set. */
export function workerFile(): string {
  return createRequire(import.meta.url).resolve('#worker');
}
