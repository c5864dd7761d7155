type Json = Readonly<Record<string, unknown>>;

/**
 * Merges `patch` into `base`, object by object. Lists and plain values are replaced. An object with another `use` or `kind` is
 * replaced too, because options of the old one mean nothing to the new one. `networks` replaces `hidden`, and the other way round.
 * Pure.
 */
export function overlayConfig(base: Json, patch: Json): Json {
  const { hidden, networks, ...rest } = base;
  const stays = (other: string): boolean => patch[other] === undefined;
  return overlay(
    {
      ...rest,
      ...(hidden !== undefined && stays('networks') ? { hidden } : {}),
      ...(networks !== undefined && stays('hidden') ? { networks } : {}),
    },
    patch,
  );
}

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
