/** Groups weights by member, in their order: one group for each network. A model that is one network gives one group. */
export function byMember<T extends { readonly member?: number }>(
  all: readonly T[],
): ReadonlyMap<number | undefined, readonly T[]> {
  const groups = new Map<number | undefined, T[]>();
  for (const one of all) {
    const group = groups.get(one.member);
    if (group) group.push(one);
    else groups.set(one.member, [one]);
  }
  return groups;
}
