type Json = Readonly<Record<string, unknown>>;

/**
 * A configuration with another laid over it, object by object. Lists and plain values are replaced, and so are objects of
 * another `use` or `kind`: what was set for the old one means nothing to the new one. Networks by name take the place of those
 * by their widths, and the other way round. Pure.
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
