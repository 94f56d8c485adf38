/** One text for equal data: what tells large lists of records apart without setting each against each other. */
import { createHash } from 'node:crypto';

/** JSON with sorted keys: the order of keys in a file makes no difference. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? ''
  );
}

/** As short for records of any size; different for different ones. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('base64');
}

/** Each of them once, the first of equal ones, in their order. */
export function distinct<T>(items: readonly T[]): T[] {
  const found = new Map<string, T>();
  for (const item of items) {
    const key = canonical(item);
    if (!found.has(key)) found.set(key, item);
  }
  return [...found.values()];
}
