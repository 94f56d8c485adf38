/** A map of keys to values, as YAML has it. */
export type DataMap = Record<string, unknown>;

export const isMap = (value: unknown): value is DataMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
