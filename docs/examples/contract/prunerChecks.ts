import { prunerChecks } from '@bbb/contract';
import { createRegistry } from '@bbb/core';
import builtIns from '@bbb/plugins';

// What every criterion must do. The tests of a plugin run these checks, one test for each.
const magnitude = createRegistry([builtIns]).get('pruners', 'magnitude');
for (const { run } of prunerChecks(magnitude)) run();

console.log(prunerChecks(magnitude).length > 0); // true
