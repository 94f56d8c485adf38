import { z } from 'zod';
import { configSchema } from './schema.js';

/**
 * The configuration as JSON Schema (draft 7, which editors understand), with a description for every key. Rules
 * between keys (a job that writes needs `allow_writes`) are checked by `parseConfig` only.
 */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, not: { required: ['device', 'devices'] } };
}
