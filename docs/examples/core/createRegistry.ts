import { createRegistry } from '@bbb/core';
import builtIns from '@bbb/plugins';

const registry = createRegistry([builtIns]);

console.log(registry.get('methods', 'bbb-mixture').pruner); // snr
