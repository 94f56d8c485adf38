import { once } from 'node:events';
import { resolve } from 'node:path';
import { serveVfioUser } from '../../engine/index.js';
import { toJson } from '../../reports/document/json.js';
import { listenForInterrupt } from '../console/interrupt.js';
import type { ServeArguments } from '../usage/serve.js';
import { control } from './serve-ctl.js';

export async function serve(args: ServeArguments): Promise<void> {
  if (args.action === 'ctl') await control(args);
  else await serveHere(args);
}

/** Until a signal, or until the server ends by itself. */
async function serveHere(args: ServeArguments): Promise<void> {
  const socketDir = resolve(args.socket!);
  const interrupt = listenForInterrupt();
  try {
    const { device, record, 'map-doorbells': mapDoorbells } = args;
    const onNotice = (notice: string) => process.stderr.write(`nvbench: ${notice}\n`);
    const server = await serveVfioUser({ socketDir, device, record, mapDoorbells, onNotice });
    if (args.format === 'json') process.stdout.write(toJson({ device, target: server.target, socketDir }));
    process.stderr.write(`nvbench: serving ${device} as ${server.target}; end it with Ctrl-C\n`);
    const asked = interrupt.signal.aborted ? undefined : once(interrupt.signal, 'abort');
    await Promise.race([asked, server.ended]);
    await server.close();
  } finally {
    interrupt.dispose();
  }
}
