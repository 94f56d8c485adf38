import assert from 'node:assert/strict';
import { type BenchResult, parseResult, ResultFormatError } from '../../../reports/index.js';
import { troubledResult } from '../../reports/sample.js';
import { HOSTILE_NAME } from '../../reports/views/hostile.js';

const VALUES: readonly unknown[] = [
  HOSTILE_NAME,
  '',
  'x'.repeat(10_000),
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  null,
  undefined,
  true,
  [],
  {},
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00Z',
];

type Slot = [holder: Record<string, unknown>, key: string];

function slotsOf(value: unknown): Slot[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key): Slot[] => [[holder, key], ...slotsOf(holder[key])]);
}

/** A document with one or two values replaced; undefined where the schema refuses it. `next` draws a number below its argument. */
export function mutated(next: (limit: number) => number): BenchResult | undefined {
  const document: unknown = structuredClone(troubledResult());
  for (let i = next(2); i >= 0; i--) {
    const slots = slotsOf(document);
    const [holder, key] = slots[next(slots.length)];
    holder[key] = VALUES[next(VALUES.length)];
  }
  try {
    return parseResult(JSON.parse(JSON.stringify(document)));
  } catch (error) {
    assert.ok(error instanceof ResultFormatError, String(error));
    return undefined;
  }
}
