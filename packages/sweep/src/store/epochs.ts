import type { EpochMetrics } from '@bbb/core';
import { z } from 'zod';

const shape = {
  epoch: z.int(),
  learningRate: z.number(),
  trainNll: z.number(),
  trainError: z.number(),
  kl: z.number(),
  loss: z.number(),
  validationError: z.number().optional(),
  validationNll: z.number().optional(),
  meanSigma: z.number().optional(),
  seconds: z.number(),
};
/** On disk there may be more, of another version. */
const storedSchema = z.looseObject(shape);

/** Of a worker or a host: numbers and nothing else. */
export const epochMetricsSchema = z.object({ ...shape, epoch: z.int().min(1) }).catchall(z.number());

/** The metrics of epochs 1, 2, ... as far as they follow each other and are metrics. */
export function leadingEpochs(values: readonly unknown[]): EpochMetrics[] {
  const broken = values.findIndex((value, i) => {
    const parsed = storedSchema.safeParse(value);
    return !parsed.success || parsed.data.epoch !== i + 1;
  });
  return (broken === -1 ? values : values.slice(0, broken)) as EpochMetrics[];
}
