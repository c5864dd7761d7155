import { safeParse } from '@bbb/core';
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
/** A file that another version wrote may have further members. */
const storedSchema = z.looseObject(shape);

/** The schema for metrics from a worker or a host: all members are numbers. */
export const epochMetricsSchema = z.object({ ...shape, epoch: z.int().min(1) }).catchall(z.number());

/** The metrics of epochs 1, 2, ..., up to the first gap or invalid entry. */
export function leadingEpochs(values: readonly unknown[]): EpochMetrics[] {
  const broken = values.findIndex((value, i) => {
    const parsed = safeParse(storedSchema, value);
    return !parsed.success || parsed.data.epoch !== i + 1;
  });
  return (broken === -1 ? values : values.slice(0, broken)) as EpochMetrics[];
}
