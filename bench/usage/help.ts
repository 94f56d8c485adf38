/** The command line of `nvbench help`. */
import { TOPICS } from '../manual/topic-names.js';
import type { Usage } from './usage.js';

export interface HelpArguments {
  topic: string | undefined;
}

/** The values are for completion: commands are taken too. */
const TOPIC = {
  type: 'string',
  describe: 'A command, or a topic: config, attach, ...',
  values: Object.keys(TOPICS),
} as const;

export const helpUsage: Usage<HelpArguments> = {
  command: 'help [topic]',
  describe: 'Show the documentation of a topic, the help of a command, or what there is',
  builder: (yargs) => yargs.positional('topic', TOPIC),
};
