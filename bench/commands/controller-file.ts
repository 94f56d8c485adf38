/** A file with the options of a controller, as a target. */
import { readFileSync } from 'node:fs';
import { EngineError } from '../../engine/errors.js';
import { parseYaml } from '../config/yaml-document.js';

const HINT = 'write it as `nvbench init qlc` does: source, and options such as size: 1GiB';
/** What options are parted by, and what begins them. */
const SEPARATORS = /[&?]/;

function unreadable(path: string, reason: string, cause?: unknown): EngineError {
  const [code, op] = ['BAD_CONTROLLER_FILE', 'read the options of a controller'];
  return new EngineError({ code, op, target: path, reason, hint: HINT, kind: 'input', cause });
}

/**
 * The `sim` target of a file of YAML, or of JSON, which is YAML too: a map with `options`, each as in a target, and `source`, where
 * they are from. Throws EngineError BAD_CONTROLLER_FILE (input).
 */
export function controllerTarget(path: string): string {
  const { options } = mapIn(path);
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw unreadable(path, "it has no map 'options'");
  const pairs = Object.entries(options).map(([name, value]) => {
    if (!['string', 'number', 'boolean'].includes(typeof value) || SEPARATORS.test(String(value)))
      throw unreadable(path, `option '${name}' is no plain value`);
    return `${name}=${value}`;
  });
  return pairs.length === 0 ? 'sim' : `sim:?${pairs.join('&')}`;
}

function mapIn(path: string): { readonly options?: unknown } {
  const parsed = parseYaml(textOf(path));
  if ('faults' in parsed) {
    const [{ line, column, message }] = parsed.faults;
    throw unreadable(path, `line ${line}, column ${column}: ${message}`);
  }
  return (parsed.data.value ?? {}) as { options?: unknown };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, (cause as Error).message, cause);
  }
}
