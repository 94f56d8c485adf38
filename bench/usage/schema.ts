/** The command line of `nvbench schema`. */
import { jsonOption } from './options.js';
import type { Usage } from './usage.js';

const SCHEMA_NAMES = ['config', 'result', 'ab'] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

export interface SchemaArguments {
  document: SchemaName;
}

export const schemaUsage: Usage<SchemaArguments> = {
  command: 'schema [document]',
  describe: 'Print the JSON Schema of the configuration file, of the result document, or of an experiment',
  builder: (yargs) =>
    jsonOption(yargs)
      .positional('document', {
        choices: SCHEMA_NAMES,
        default: 'config' as SchemaName,
        describe: 'whose schema',
      })
      .example('$0 schema > nvbench.schema.json', 'for an editor that checks YAML')
      .example('$0 schema result', 'for programs that read results'),
};
