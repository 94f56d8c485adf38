import type { CommandModule } from 'yargs';
import { configJsonSchema } from '../config/json-schema.js';

/** `nvbench schema`: prints the JSON Schema of the configuration, for editors. */
export const schemaCommand: CommandModule = {
  command: 'schema',
  describe: 'print the JSON Schema of the configuration file',
  handler: () => {
    process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  },
};
