/** Documents as text: what every file and every `--format json` is written with; and their schema. */
import { z } from 'zod';
import { type BenchResult, resultSchema } from './result.js';

/** As JSON.stringify leaves them: DEL, C1, line separators, zero-width and bidirectional controls. */
const UNESCAPED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The same character, escaped: harmless on a terminal, equal to every reader. */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function stringify(value: unknown, indent: number): string {
  const replace = (_key: string, item: unknown): unknown => {
    if (typeof item !== 'bigint') return item;
    return Number.isSafeInteger(Number(item)) ? Number(item) : item.toString();
  };
  return JSON.stringify(value, replace, indent).replace(UNESCAPED, escaped);
}

/**
 * Any plain data as JSON with two spaces of indentation and a line end. A bigint becomes a number to 2^53 and above
 * that a string of its digits.
 */
export function toJson(value: unknown): string {
  return `${stringify(value, 2)}\n`;
}

/** The same on one line, without a line end. */
export function compactJson(value: unknown): string {
  return stringify(value, 0);
}

/** The result document as the text of a file; `parseResultText` reads it. */
export function formatJson(result: BenchResult): string {
  return toJson(result);
}

/**
 * The result document as JSON Schema (draft 2020-12), of what nvbench writes. Readers leave fields they do not know
 * alone: a later nvbench may add some without another schemaVersion.
 */
export function resultJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(resultSchema, { io: 'input' });
  return {
    ...schema,
    title: 'nvbench result',
    $comment: 'unknown fields are allowed: additions do not raise schemaVersion',
  };
}
