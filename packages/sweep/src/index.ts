export { parseSweepConfig } from './config/parse.js';
export {
  defineSweep,
  sweepConfigSchema,
  type MethodEntry,
  type SweepConfig,
  type SweepConfigInput,
} from './config/schema.js';
export type { TrainingPatch } from './config/training.js';
export { planSweep, type Plan } from './plan/plan.js';
