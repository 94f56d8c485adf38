/** Which controllers `nvbench serve` is to serve, and where. */
import { readdirSync, statSync } from 'node:fs';
import { extname, join, parse, resolve } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import type { ServeArguments } from '../usage/serve.js';
import { controllerTarget } from './controller-file.js';

export interface ServedSpec {
  readonly socketDir: string;
  readonly device: string;
  readonly record: string | undefined;
}

const ENDINGS: readonly string[] = ['.yaml', '.yml', '.json'];

function refused(target: string, reason: string, hint: string, cause?: unknown): EngineError {
  return new EngineError({ code: 'BAD_ARGUMENTS', op: 'serve', target, reason, hint, kind: 'input', cause });
}

/** The names of the files of a folder; undefined where it is a file. */
function namesIn(path: string): string[] | undefined {
  try {
    return statSync(path).isDirectory() ? readdirSync(path).toSorted() : undefined;
  } catch (cause) {
    const hint = 'name a folder or a file that is there and can be read';
    throw refused(path, (cause as Error).message, hint, cause);
  }
}

/** One for each file with options of a controller, in a folder of its name; a file by itself in the folder that is named. */
function ofFiles(base: string, path: string): ServedSpec[] {
  const names = namesIn(path);
  if (names === undefined) return [{ socketDir: base, device: controllerTarget(path), record: undefined }];
  const files = names.filter((name) => ENDINGS.includes(extname(name)));
  if (files.length === 0)
    throw refused(
      path,
      `no file ends in ${ENDINGS.join(', ')}`,
      'put a file of options there for each controller',
    );
  const folders = files.map((name) => parse(name).name);
  const twice = folders.find((folder, index) => folders.indexOf(folder) !== index);
  if (twice !== undefined)
    throw refused(path, `two files are named ${twice}`, 'each is served in a folder of its name: rename one');
  return files.map((name, index) => ({
    socketDir: join(base, folders[index]),
    device: controllerTarget(join(path, name)),
    record: undefined,
  }));
}

/** Throws EngineError BAD_ARGUMENTS (input), as `controllerTarget`. */
export function servedControllers({
  socket = [],
  device,
  controllers,
  record,
}: ServeArguments): ServedSpec[] {
  if (controllers !== undefined) return ofFiles(resolve(socket[0]), resolve(controllers));
  return socket.map((each, index) => ({
    socketDir: resolve(each),
    device: device[device.length === 1 ? 0 : index],
    record,
  }));
}
