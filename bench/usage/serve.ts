/** The command line of `nvbench serve`. */
import { EngineError } from '../../engine/errors.js';
import { TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

/** As the server takes them; a test holds the two against each other. */
export const CTL_COMMANDS = ['faults', 'add', 'remove', 'truth', 'log'] as const;

export interface ServeArguments {
  action: 'ctl' | undefined;
  server: string | undefined;
  order: (typeof CTL_COMMANDS)[number] | undefined;
  argument: string | undefined;
  socket: string | undefined;
  device: string;
  record: string | undefined;
  'map-doorbells': boolean;
  format: 'text' | 'json';
}

function refused(reason: string, hint: string): EngineError {
  return new EngineError({
    code: 'BAD_ARGUMENTS',
    op: 'serve',
    target: 'arguments',
    reason,
    hint,
    kind: 'input',
  });
}

type Given = Partial<Pick<ServeArguments, 'action' | 'server' | 'socket'>>;

function checkPlace({ action, server, socket }: Given): true {
  if (action === undefined && !socket)
    throw refused(
      'it is not said where',
      'name a folder for the socket: nvbench serve --socket /run/nvbench0',
    );
  if (action === undefined) return true;
  if (!server)
    throw refused(
      'it is not said whom to ask',
      'name the folder that it serves in: nvbench serve ctl /run/nvbench0',
    );
  if (socket === undefined) return true;
  throw refused('a server that runs has its socket already', `nvbench serve ctl ${server}`);
}

export const serveUsage: Usage<ServeArguments> = {
  command: 'serve [action] [server] [order] [argument]',
  describe:
    'Serve the software controller over vfio-user (experimental), and give orders to one that is served',
  builder: (yargs) =>
    yargs
      .positional('action', {
        choices: ['ctl'] as const,
        describe: 'ctl: ask, or tell, a server that runs',
      })
      .positional('server', { type: 'string', describe: 'ctl: the folder that it has as --socket' })
      .positional('order', {
        choices: CTL_COMMANDS,
        describe:
          'ctl: faults in force (also if left out); add some; remove some; truth: how it stands; log of injections',
      })
      .positional('argument', {
        type: 'string',
        describe:
          'add: as in faults= of the target; remove: numbers, or all; log: only those after this number',
      })
      .option('format', TEXT_OR_JSON)
      .option('socket', {
        type: 'string',
        describe: 'Directory of the socket; made where there is none',
      })
      .option('device', {
        type: 'string',
        default: 'sim',
        describe: 'The controller: sim, sim:?size=4GiB, ...',
      })
      .option('record', {
        type: 'string',
        describe: 'File that each command is recorded in; see it with nvbench trace FILE',
      })
      .option('map-doorbells', {
        type: 'boolean',
        default: true,
        describe: 'Let clients map the doorbells; --no-map-doorbells makes them send messages',
      })
      .check(checkPlace)
      .example('$0 serve --socket /run/nvbench0', 'attach it elsewhere as vfio-user:/run/nvbench0')
      .example("$0 serve ctl /run/nvbench0 add 'drop(100)'", 'the 100th I/O from now on is lost')
      .example('$0 serve ctl /run/nvbench0 log --format json', 'what went wrong when'),
};
