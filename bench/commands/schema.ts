import type { CommandModule } from 'yargs';
import { configJsonSchema } from '../config/json-schema.js';

/** `nvbench schema`: prints the JSON Schema of the configuration, for editors. */
export const schemaCommand: CommandModule = {
  command: 'schema',
  describe: 'Print the JSON Schema of the configuration file',
  builder: (yargs) => yargs.example('$0 schema > nvbench.schema.json', 'for an editor that checks YAML'),
  handler: () => {
    process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  },
};
