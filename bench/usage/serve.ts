/** The command line of `nvbench serve`. */
import { TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface ServeArguments {
  socket: string;
  device: string;
  'map-doorbells': boolean;
  format: 'text' | 'json';
}

export const serveUsage: Usage<ServeArguments> = {
  command: 'serve',
  describe: 'Serve the software controller over vfio-user (experimental)',
  builder: (yargs) =>
    yargs
      .option('format', TEXT_OR_JSON)
      .option('socket', {
        type: 'string',
        demandOption: true,
        describe: 'Directory of the socket; made where there is none',
      })
      .option('device', {
        type: 'string',
        default: 'sim',
        describe: 'The controller: sim, sim:?size=4GiB, ...',
      })
      .option('map-doorbells', {
        type: 'boolean',
        default: true,
        describe: 'Let clients map the doorbells; --no-map-doorbells makes them send messages',
      })
      .example('$0 serve --socket /run/nvbench0', 'attach it elsewhere as vfio-user:/run/nvbench0'),
};
