/** The document of a paired experiment as text, written and read, and as a schema. */
import { z } from 'zod';
import { compactJson, toJson } from '../document/json.js';
import { checkDocument, fieldOf, parseJsonText, ResultFormatError } from '../document/parse.js';
import { AB_KIND, AB_SCHEMA_VERSION, type AbDocument, type AbLeg, abSchema } from './document.js';

const WHAT = 'nvbench ab document';

/** A leg does not change once it ran, and the document is written anew after each: its text is made once. */
const texts = new WeakMap<AbLeg, string>();

function legText(leg: AbLeg): string {
  const known = texts.get(leg) ?? compactJson(leg);
  texts.set(leg, known);
  return known;
}

/** The document as the text of a file, a leg on each line; `parseAbText` reads it. */
export function formatAbDocument({ legs, ...head }: AbDocument): string {
  const open = toJson(head).replace(/\n\}\n$/, '');
  return `${open},\n  "legs": [\n${legs.map(legText).join(',\n')}\n  ]\n}\n`;
}

/** Parses the text of a file that `nvbench ab --output` wrote. Throws ResultFormatError. */
export function parseAbText(text: string): AbDocument {
  const json = parseJsonText(text, WHAT);
  if (fieldOf(json, 'kind') !== AB_KIND) throw new ResultFormatError([`kind: expected "${AB_KIND}"`], WHAT);
  return checkDocument(json, abSchema, AB_SCHEMA_VERSION, WHAT);
}

/** The document as JSON Schema (draft 2020-12), of what nvbench writes. */
export function abJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(abSchema, { io: 'input' });
  return {
    ...schema,
    title: 'nvbench ab document',
    $comment: 'unknown fields are allowed: additions do not raise schemaVersion',
  };
}
