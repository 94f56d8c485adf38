import { once } from 'node:events';
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { serveVfioUser } from '../../engine/index.js';
import { toJson } from '../../reports/index.js';
import { listenForInterrupt } from '../console/interrupt.js';
import { textOrJsonOption } from './options.js';

interface ServeArguments {
  socket: string;
  device: string;
  'map-doorbells': boolean;
  format: 'text' | 'json';
}

/** Until a signal, or until the server ends by itself. */
async function serve(args: ServeArguments): Promise<void> {
  const socketDir = resolve(args.socket);
  const interrupt = listenForInterrupt();
  try {
    const { device, 'map-doorbells': mapDoorbells } = args;
    const onNotice = (notice: string) => process.stderr.write(`nvbench: ${notice}\n`);
    const server = await serveVfioUser({ socketDir, device, mapDoorbells, onNotice });
    if (args.format === 'json') process.stdout.write(toJson({ device, target: server.target, socketDir }));
    process.stderr.write(`nvbench: serving ${device} as ${server.target}; end it with Ctrl-C\n`);
    const asked = interrupt.signal.aborted ? undefined : once(interrupt.signal, 'abort');
    await Promise.race([asked, server.ended]);
    await server.close();
  } finally {
    interrupt.dispose();
  }
}

export const serveCommand: CommandModule<object, ServeArguments> = {
  command: 'serve',
  describe: 'Serve the software controller over vfio-user (experimental)',
  builder: (yargs) =>
    textOrJsonOption(yargs)
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
  handler: serve,
};
