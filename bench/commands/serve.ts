import { once } from 'node:events';
import { serveVfioUser, type VfioUserServer } from '../../engine/index.js';
import { toJson } from '../../reports/document/json.js';
import { listenForInterrupt } from '../console/interrupt.js';
import type { ServeArguments } from '../usage/serve.js';
import { control } from './serve-ctl.js';
import { type ServedSpec, servedControllers } from './served-controllers.js';

export async function serve(args: ServeArguments): Promise<void> {
  if (args.action === 'ctl') await control(args);
  else await serveHere(args);
}

/** Until a signal, or until a server ends by itself. */
async function serveHere(args: ServeArguments): Promise<void> {
  const specs = servedControllers(args);
  const interrupt = listenForInterrupt();
  const servers: VfioUserServer[] = [];
  try {
    for (const spec of specs) servers.push(await serveOne(spec, args, specs.length > 1));
    if (args.format === 'json') process.stdout.write(toJson(factsOf(specs, servers)));
    for (const [index, { target }] of servers.entries())
      process.stderr.write(`nvbench: serving ${specs[index].device} as ${target}; end it with Ctrl-C\n`);
    const asked = interrupt.signal.aborted ? [] : [once(interrupt.signal, 'abort')];
    await Promise.race([...asked, ...servers.map(({ ended }) => ended)]);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    interrupt.dispose();
  }
}

function serveOne(spec: ServedSpec, args: ServeArguments, named: boolean): Promise<VfioUserServer> {
  const of = named ? `${spec.socketDir}: ` : '';
  const onNotice = (notice: string): unknown => process.stderr.write(`nvbench: ${of}${notice}\n`);
  return serveVfioUser({ ...spec, mapDoorbells: args['map-doorbells'], onNotice });
}

/** As ever where there is one. */
function factsOf(specs: readonly ServedSpec[], servers: readonly VfioUserServer[]): object {
  const facts = specs.map(({ device, socketDir }, index) => ({
    device,
    target: servers[index].target,
    socketDir,
  }));
  return facts.length === 1 ? facts[0] : { controllers: facts };
}
