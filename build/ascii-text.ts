/**
 * Files of the bundle in ASCII, other characters written by their numbers: V8 then takes a file as bytes, of which it needs half
 * as many as of words, and Node has nothing to decode.
 */

const RAW = /String\.raw`[^`]*[^\p{ASCII}][^`]*`/u;

/**
 * The same script of ASCII alone, by lines as it was. Throws Error where another character stands in raw text, in which nothing is
 * escaped.
 */
export function inAscii(script: string): string {
  const raw = RAW.exec(script);
  if (raw !== null) throw new Error(`${raw[0]} is not ASCII`);
  return script.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
