import { checkDocument, fieldOf, parseJsonText, ResultFormatError } from '../document/parse-document.js';
import { AB_KIND, AB_SCHEMA_VERSION, type AbDocument, abSchema } from './document.js';

const WHAT = 'nvbench ab document';

/** Parses the text of a file that `nvbench ab --output` wrote. Throws ResultFormatError. */
export function parseAbText(text: string): AbDocument {
  const json = parseJsonText(text, WHAT);
  if (fieldOf(json, 'kind') !== AB_KIND) throw new ResultFormatError([`kind: expected "${AB_KIND}"`], WHAT);
  return checkDocument(json, abSchema, AB_SCHEMA_VERSION, WHAT);
}
