import type { Json, Keys } from './path.js';

/** What is asked for of the pruning of all methods wins over what the entries of a preset say. */
export function withoutEntryPruning(config: Json, [root, member]: Keys): Json {
  const { methods } = config;
  if (root !== 'pruning' || member === undefined || !Array.isArray(methods)) return config;
  const entries = methods.map((entry: Json) => {
    const { pruning, ...rest } = entry as { pruning?: Json };
    if (!pruning || !(member in pruning)) return entry;
    return {
      ...rest,
      pruning: Object.fromEntries(Object.entries(pruning).filter(([key]) => key !== member)),
    };
  });
  return { ...config, methods: entries };
}
