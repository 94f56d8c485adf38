/** The command line of `nvbench serve`. */
import { EngineError } from '../../engine/errors.js';
import { TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

/** As the server takes them; a test holds the two against each other. */
export const CTL_COMMANDS = ['faults', 'add', 'remove', 'truth', 'log', 'unplug', 'plug'] as const;

export interface ServeArguments {
  action: 'ctl' | undefined;
  server: string | undefined;
  order: (typeof CTL_COMMANDS)[number] | undefined;
  argument: string | undefined;
  socket: string[] | undefined;
  device: string[];
  controllers: string | undefined;
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

type Given = Partial<
  Pick<ServeArguments, 'action' | 'server' | 'socket' | 'device' | 'controllers' | 'record'>
>;

/** How many of each there may be. */
function checkNumbers({ socket = [], device = [], controllers, record }: Given): void {
  if (controllers !== undefined && socket.length !== 1)
    throw refused('several folders are named', 'name one: each controller has a folder of its own in there');
  if (device.length > 1 && controllers !== undefined)
    throw refused('devices are named beside a folder of them', 'leave --device out');
  if (device.length > 1 && device.length !== socket.length)
    throw refused(
      `there are ${socket.length} of --socket and ${device.length} of --device`,
      'give one device for all, or one for each socket, in the same order',
    );
  if (record !== undefined && (socket.length > 1 || controllers !== undefined))
    throw refused('one record is named for several controllers', 'give each record=FILE in its target');
}

function checkPlace({ action, server, socket, ...numbers }: Given): true {
  if (action === undefined && socket?.every(Boolean)) checkNumbers({ socket, ...numbers });
  else if (action === undefined)
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
          'ctl: faults in force (also if left out); add some; remove some; truth: how it stands; log of injections; unplug the drive, plug it in again',
      })
      .positional('argument', {
        type: 'string',
        describe:
          'add: as in faults= of the target; remove: numbers, or all; log: only those after this number; unplug: surprise',
      })
      .option('format', TEXT_OR_JSON)
      .option('socket', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Directory of the socket; made where there is none. Several are several controllers',
      })
      .option('device', {
        type: 'string',
        array: true,
        nargs: 1,
        default: ['sim'],
        describe: 'The controller: sim, sim:?size=4GiB, ...; of several one for all, or one for each socket',
      })
      .option('controllers', {
        type: 'string',
        describe:
          'Folder of files with options (YAML, JSON): each is a controller, served in a folder of its name in --socket; or one such file',
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
      .example(
        '$0 serve --socket /run/drives --controllers drives',
        'drives/a.yaml is served in /run/drives/a',
      )
      .example("$0 serve ctl /run/nvbench0 add 'drop(100)'", 'the 100th I/O from now on is lost')
      .example('$0 serve ctl /run/nvbench0 log --format json', 'what went wrong when'),
};
