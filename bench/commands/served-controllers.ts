/** Which controllers `nvbench serve` is to serve, and where. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import type { ServeArguments } from '../usage/serve.js';

export interface ServedSpec {
  readonly socketDir: string;
  readonly device: string;
  readonly record: string | undefined;
}

const SUFFIX = '.json';

function refused(target: string, reason: string, hint: string, cause?: unknown): EngineError {
  return new EngineError({ code: 'BAD_ARGUMENTS', op: 'serve', target, reason, hint, kind: 'input', cause });
}

/** One for each file with options of a controller, as `personality=` takes it, in a folder of its name. */
function ofFolder(base: string, folder: string): ServedSpec[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  } catch (cause) {
    throw refused(folder, (cause as Error).message, 'name a folder that is there and can be read', cause);
  }
  if (names.length === 0)
    throw refused(folder, `no file ends in ${SUFFIX}`, 'put a file of options there for each controller');
  return names.toSorted().map((name) => ({
    socketDir: join(base, name.slice(0, -SUFFIX.length)),
    device: `sim:?personality=${join(folder, name)}`,
    record: undefined,
  }));
}

/** Throws EngineError BAD_ARGUMENTS (input). */
export function servedControllers({
  socket = [],
  device,
  controllers,
  record,
}: ServeArguments): ServedSpec[] {
  if (controllers !== undefined) return ofFolder(resolve(socket[0]), resolve(controllers));
  return socket.map((each, index) => ({
    socketDir: resolve(each),
    device: device[device.length === 1 ? 0 : index],
    record,
  }));
}
