/** A file with the options of a controller, as a target. */
import { parseYaml } from '../config/yaml-document.js';
import { type InputKind, inputError, readInputText } from '../files/input-file.js';

const KIND: InputKind = {
  code: 'BAD_CONTROLLER_FILE',
  op: 'read the options of a controller',
  hint: 'write it as `nvbench init qlc` does: source, and options such as size: 1GiB',
};
/** What options are parted by, and what begins them. */
const SEPARATORS = /[&?]/;

/**
 * The `sim` target of a file of YAML, or of JSON, which is YAML too: a map with `options`, each as in a target, and `source`, where
 * they are from. Throws EngineError BAD_CONTROLLER_FILE (input).
 */
export function controllerTarget(path: string): string {
  const { options } = mapIn(path);
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw inputError(KIND, path, "it has no map 'options'");
  const pairs = Object.entries(options).map(([name, value]) => {
    if (!['string', 'number', 'boolean'].includes(typeof value) || SEPARATORS.test(String(value)))
      throw inputError(KIND, path, `option '${name}' is no plain value`);
    return `${name}=${value}`;
  });
  return pairs.length === 0 ? 'sim' : `sim:?${pairs.join('&')}`;
}

function mapIn(path: string): { readonly options?: unknown } {
  const parsed = parseYaml(readInputText(path, KIND));
  if ('faults' in parsed) {
    const [{ line, column, message }] = parsed.faults;
    throw inputError(KIND, path, `line ${line}, column ${column}: ${message}`);
  }
  return (parsed.data.value ?? {}) as { options?: unknown };
}
