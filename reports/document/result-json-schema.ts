import { z } from 'zod';
import { resultSchema } from './result.js';

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
