/** The operations that results are by: one list, from which documents, views, comparisons and gates take names and order. */
import type { z } from 'zod';

/**
 * NVMe's commands that a job may ask for, in the order in which reports show them. The name is the key in a document,
 * and what users write in gates and options.
 */
export const OPERATIONS = [
  'read',
  'write',
  'deallocate',
  'write-zeroes',
  'write-uncorrectable',
  'flush',
  'zone-append',
  'zone-reset',
  'compare',
  'verify',
] as const;

export type OperationName = (typeof OPERATIONS)[number];

/** One optional value for each operation: absent where a job did not ask for it. */
export type ByOperation<T> = Partial<Record<OperationName, T>>;

/** Values of the operations that have one, in the order of the list. */
export function entriesOf<T>(values: ByOperation<T>): [OperationName, T][] {
  return OPERATIONS.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as [OperationName, T]];
  });
}

/** What `of` makes of each operation; left out where that is undefined. */
export function byOperation<T>(of: (name: OperationName) => T | undefined): ByOperation<T> {
  const made: ByOperation<T> = {};
  for (const name of OPERATIONS) {
    const value = of(name);
    if (value !== undefined) made[name] = value;
  }
  return made;
}

/** An optional field for each operation. */
export function operationFields<Schema extends z.ZodType>(
  schema: Schema,
): Record<OperationName, z.ZodOptional<Schema>> {
  const fields = OPERATIONS.map((name) => [name, schema.optional()] as const);
  return Object.fromEntries(fields) as Record<OperationName, z.ZodOptional<Schema>>;
}
