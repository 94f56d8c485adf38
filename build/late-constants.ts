/**
 * Constants of string-width that take ICU and V8 several ms each to make, and are for text that is not ASCII: made when they
 * are first used. yargs, what draws tables and what redraws lines each bring one, and every start makes them otherwise.
 */
import type { Plugin } from 'rolldown';

const FILE = /\/string-width\/index\.js$/;
const CONSTANT = /^const (\w+) = (new Intl\.Segmenter\(\)|\/.+\/[gu]*v);$/gm;

/** No line moves. */
function late(code: string): string {
  let text = code;
  for (const [line, name, value] of code.matchAll(CONSTANT)) {
    const made = `const ${name} = () => (${name}.made ??= ${value});`;
    const [before, after] = text.split(line);
    text = before + made + after.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}()`);
  }
  return text;
}

/** Throws Error where a file of that name has no such constant: then this is of no use any more. */
export function lateConstants(): Plugin {
  return {
    name: 'late-constants',
    transform(code, id) {
      if (!FILE.test(id) || !code.includes('Intl.Segmenter')) return null;
      const changed = late(code);
      if (changed === code) throw new Error(`${id}: there is no constant to be made later`);
      return { code: changed, map: null };
    },
  };
}
