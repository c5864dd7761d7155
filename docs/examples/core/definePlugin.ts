import { createRegistry, definePlugin, definePruner } from '@bbb/core';
import { z } from 'zod';

const smallest = definePruner({
  description: 'Removes the weights closest to zero.',
  options: z.strictObject({}),
  create: () => ({ score: ({ mu }) => mu.map(Math.abs) }),
});
const plugin = definePlugin({ name: 'bbb-plugin-mine', pruners: { smallest } });

console.log(createRegistry([plugin]).list('pruners')[0]!.name); // smallest
