type Json = Readonly<Record<string, unknown>>;

/**
 * Merges `patch` into `base`, object by object. Lists and plain values are replaced. An object with another `use` or `kind` is
 * replaced too, because options of the old one mean nothing to the new one. `networks` replaces `hidden`, and the other way round.
 * Options of the patch for all methods (`training`, `pruning`) win over those of the base for one method, unless the patch has its own methods.
 * Pure.
 *
 * @param base plain JSON, e.g. the sweep of a preset
 * @param patch what is different; undefined members change nothing
 */
export function overlayConfig(base: Json, patch: Json): Json {
  const { hidden, networks, methods, ...rest } = base;
  const stays = (other: string): boolean => patch[other] === undefined;
  return overlay(
    {
      ...rest,
      ...(hidden !== undefined && stays('networks') ? { hidden } : {}),
      ...(networks !== undefined && stays('hidden') ? { networks } : {}),
      ...(Array.isArray(methods) ? { methods: methods.map((entry: Json) => overEntry(entry, patch)) } : {}),
    },
    patch,
  );
}

/**
 * An entry of `methods` after a patch for all methods: its training is merged, and members that the patch's pruning has are left out
 * of its pruning.
 */
function overEntry(entry: Json, { training, pruning }: Json): Json {
  const own = entry['training'];
  const trained =
    isObject(own) && isObject(training) ? { ...entry, training: overlay(own, training) } : entry;
  return isObject(pruning) ? withoutPruning(trained, definedIn(pruning)) : trained;
}

/**
 * A copy of an entry of `methods` whose pruning lacks these members.
 * @param entry plain JSON
 * @param members names, e.g. `['pruners']`
 */
export function withoutPruning(entry: Json, members: readonly string[]): Json {
  const { pruning } = entry;
  if (!isObject(pruning)) return entry;
  const left = Object.entries(pruning).filter(([member]) => !members.includes(member));
  return { ...entry, pruning: Object.fromEntries(left) };
}

const definedIn = (object: Json): string[] =>
  Object.keys(object).filter((member) => object[member] !== undefined);

function overlay(base: Json, patch: Json): Json {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] =
      isObject(below) && isObject(value) && sameThing(below, value) ? overlay(below, value) : value;
  }
  return merged;
}

function sameThing(below: Json, value: Json): boolean {
  return (['use', 'kind'] as const).every((name) => value[name] === undefined || value[name] === below[name]);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
