/** The command line of `nvbench hold`. */
import { EngineError } from '../../engine/errors.js';
import { type AttachArguments, attachOptions, TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface HoldArguments extends AttachArguments {
  target: string;
  socket: string | undefined;
  'allow-user': string | undefined;
  format: 'text' | 'json';
}

function checkSocket({ socket }: { socket?: string }): true {
  if (socket === '') throw new EngineError(emptySocket);
  return true;
}

const emptySocket = {
  code: 'BAD_ARGUMENTS',
  op: 'read --socket',
  target: '',
  reason: 'the path is empty',
  hint: 'name a path for the socket, or leave it out',
  kind: 'input',
} as const;

export const holdUsage: Usage<HoldArguments> = {
  command: 'hold <target>',
  describe: 'Hold a controller for several `nvbench run --shared` at once',
  builder: (yargs) =>
    attachOptions(yargs)
      .option('format', TEXT_OR_JSON)
      .positional('target', { type: 'string', demandOption: true, describe: 'pci:0000:01:00.0, sim, ...' })
      .option('socket', {
        type: 'string',
        describe: 'Listen on this path; by default where `run --shared` looks for the target',
      })
      .option('allow-user', {
        type: 'string',
        describe: 'Where root holds: a user who may join as well; that gives the whole device away',
      })
      .check(checkSocket)
      .example('$0 hold pci:0000:01:00.0', 'then, in other shells: nvbench run my.yaml --shared'),
};
