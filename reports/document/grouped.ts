/** Items sorted into groups. */

/** Those of one key together, groups and items in the order in which they come. */
export function grouped<T>(items: Iterable<T>, key: (item: T) => string | number | undefined): T[][] {
  const groups = new Map<string | number | undefined, T[]>();
  for (const item of items) {
    const own = key(item);
    const group = groups.get(own);
    if (group) group.push(item);
    else groups.set(own, [item]);
  }
  return [...groups.values()];
}
