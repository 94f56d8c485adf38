/** Where the log of single I/Os of each planned job goes: a file of its own. */
import { parse } from 'node:path';

/** For each, in order, the path that it names; where several name the same, with `-1`, `-2` and so on before the ending. */
export function logPaths(named: readonly (string | undefined)[]): (string | undefined)[] {
  const used = new Map<string, number>();
  return named.map((path) => {
    if (path === undefined || named.indexOf(path) === named.lastIndexOf(path)) return path;
    const number = (used.get(path) ?? 0) + 1;
    used.set(path, number);
    const { ext } = parse(path);
    return `${path.slice(0, path.length - ext.length)}-${number}${ext}`;
  });
}
