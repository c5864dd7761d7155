import { methodChecks } from '@bbb/contract';
import { createRegistry, startBackend } from '@bbb/core';
import builtIns from '@bbb/plugins';

// Gradients, purity, memory, pruned weights that stay zero, ...
const registry = createRegistry([builtIns]);
const method = registry.get('methods', 'sgd');
const checks = methodChecks({ method, registry, ops: await startBackend() });

console.log(checks.length > 5); // true
