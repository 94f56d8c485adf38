import { AB_KIND } from '../ab/document.js';
import { checkDocument, fieldOf, parseJsonText, ResultFormatError } from './parse-document.js';
import { type BenchResult, resultSchema, SCHEMA_VERSION } from './result.js';

/** Checks parsed JSON against the schema. Fields it does not know are left out. Throws ResultFormatError. */
export function parseResult(json: unknown): BenchResult {
  if (fieldOf(json, 'kind') === AB_KIND)
    throw new ResultFormatError(['it is what nvbench ab wrote, which nvbench ab --reanalyse reads']);
  return checkDocument(json, resultSchema, SCHEMA_VERSION);
}

/** Parses the text of a result file. Throws ResultFormatError. */
export function parseResultText(text: string): BenchResult {
  return parseResult(parseJsonText(text));
}
