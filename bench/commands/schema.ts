import { abJsonSchema } from '../../reports/ab/index.js';
import { resultJsonSchema, toJson } from '../../reports/index.js';
import { configJsonSchema } from '../config/schema.js';
import type { SchemaArguments, SchemaName } from '../usage/schema.js';

const SCHEMAS: Readonly<Record<SchemaName, () => unknown>> = {
  config: configJsonSchema,
  result: resultJsonSchema,
  ab: abJsonSchema,
};

export function schemaCommand({ document }: SchemaArguments): void {
  process.stdout.write(toJson(SCHEMAS[document]()));
}
