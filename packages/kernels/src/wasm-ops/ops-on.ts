import { checked } from '../checked.js';
import type { Ops } from '../ops.js';
import { estimatorOps } from './estimators.js';
import { imageOps } from './images.js';
import { layerOps } from './layers.js';
import { localOps } from './local.js';
import { memoryOps } from './memory.js';
import type { OperandMemory } from './operand-memory.js';
import { posteriorOps } from './posterior.js';

/** The ops on operands of this memory. */
export function opsOn(memory: OperandMemory): Ops {
  return checked({
    name: memory.kernels.variant === 'relaxed' ? 'wasm-relaxed' : 'wasm',
    ...memoryOps(memory),
    ...layerOps(memory),
    ...imageOps(memory),
    ...estimatorOps(memory),
    ...posteriorOps(memory),
    ...localOps(memory),
  });
}
