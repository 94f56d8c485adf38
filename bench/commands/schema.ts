import type { CommandModule } from 'yargs';
import { abJsonSchema } from '../../reports/ab/index.js';
import { resultJsonSchema, toJson } from '../../reports/index.js';
import { configJsonSchema } from '../config/schema.js';
import { jsonOption } from './options.js';

const SCHEMAS = { config: configJsonSchema, result: resultJsonSchema, ab: abJsonSchema } as const;
type SchemaName = keyof typeof SCHEMAS;

/** `nvbench schema`: prints the JSON Schema of the configuration, for editors, or of a document that it writes. */
export const schemaCommand: CommandModule<object, { document: SchemaName }> = {
  command: 'schema [document]',
  describe: 'Print the JSON Schema of the configuration file, of the result document, or of an experiment',
  builder: (yargs) =>
    jsonOption(yargs)
      .positional('document', {
        choices: Object.keys(SCHEMAS) as SchemaName[],
        default: 'config' as SchemaName,
        describe: 'whose schema',
      })
      .example('$0 schema > nvbench.schema.json', 'for an editor that checks YAML')
      .example('$0 schema result', 'for programs that read results'),
  handler: ({ document }) => {
    process.stdout.write(toJson(SCHEMAS[document]()));
  },
};
