import type { BenchResult } from './result.js';

/**
 * Any plain data as JSON with two spaces of indentation and a line end. A bigint becomes a number to 2^53 and above
 * that a string of its digits.
 */
export function toJson(value: unknown): string {
  const replace = (_key: string, item: unknown): unknown => {
    if (typeof item !== 'bigint') return item;
    return Number.isSafeInteger(Number(item)) ? Number(item) : item.toString();
  };
  return `${JSON.stringify(value, replace, 2)}\n`;
}

/** The result document as the text of a file; `parseResultText` reads it. */
export function formatJson(result: BenchResult): string {
  return toJson(result);
}
