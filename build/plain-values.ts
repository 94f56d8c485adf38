/** Files whose exports are plain data, computed when the bundle is made: a start loads the data without what made it. */

import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Plugin } from 'rolldown';

const FILES: readonly string[] = [
  'bench/usage/job-options.ts',
  'bench/manual/sample-texts.ts',
  'bench/manual/topic-texts.ts',
];

/** Throws Error where an export is no plain data. */
function exported(file: string, name: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined || !isDeepStrictEqual(JSON.parse(text), value))
    throw new Error(`bundle ${file}: ${name} is not plain data`);
  return `export const ${name} = ${text};\n`;
}

/** Puts the data in place of the files, as their compiled form in dist has it. */
export function plainValues(root: string): Plugin {
  return {
    name: 'plain-values',
    async load(id) {
      const file = relative(root, id);
      if (!FILES.includes(file)) return null;
      const compiled: Record<string, unknown> = await import(
        join(root, 'dist', file.replace(/\.ts$/, '.js'))
      );
      return Object.entries(compiled)
        .map(([name, value]) => exported(file, name, value))
        .join('');
    },
  };
}
