import { oneShotProcedure, type ProcedureDefinition } from '@bbb/core';
import { z } from 'zod';

export const oneShotOptions = z.strictObject({});

export const oneShot: ProcedureDefinition<z.output<typeof oneShotOptions>> = {
  description: 'Prunes the trained network at once, then trains on for --finetune-epochs. The default.',
  options: oneShotOptions,
  create: () => oneShotProcedure,
};
