import { parseOptions } from '@bbb/core';
import { z } from 'zod';

const options = z.strictObject({ p: z.number().min(0).max(1).default(0.5) });

console.log(parseOptions('my-method', options, {}).p); // 0.5
