/** JSON that comes from outside, held against the schema of what it should be: a result, or by its parts another document. */
import type { z } from 'zod';
import { AB_KIND } from '../ab/document.js';
import { type BenchResult, resultSchema, SCHEMA_VERSION } from './result.js';

const MAX_PROBLEMS = 8;
/** Far beyond what any document of nvbench has; a recursive reader survives it. */
const MAX_DEPTH = 64;

/** The document is not what it should be, or of another schema version. */
export class ResultFormatError extends Error {
  /** One line per problem: where, then what. */
  readonly problems: readonly string[];

  /** `what` it is not, for example `nvbench result`. */
  constructor(problems: readonly string[], what = 'nvbench result') {
    super(`not an ${what}: ${problems.join('; ')}`);
    this.name = 'ResultFormatError';
    this.problems = problems;
  }
}

function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? String(key) : `.${String(key)}`;
  }
  return text === '' ? 'the document' : text;
}

function describe(issue: z.core.$ZodIssue): string {
  const message = issue.message.replace(/^Invalid input: /, '');
  return `${pathText(issue.path)}: ${message}`;
}

/** A field of what may be an object. */
export function fieldOf(json: unknown, name: string): unknown {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, name)) return undefined;
  return (json as Record<string, unknown>)[name];
}

/** Whether arrays and objects lie in each other more than `limit` deep. Not recursive: the depth is the attack. */
function isDeeperThan(json: unknown, limit: number): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const inner of Object.values(value))
        if (typeof inner === 'object' && inner !== null) below.push(inner);
    }
    level = below;
  }
  return false;
}

/** Checks parsed JSON against a schema. Fields it does not know are left out. Throws ResultFormatError. */
export function checkDocument<Schema extends z.ZodType>(
  json: unknown,
  schema: Schema,
  version: number,
  what?: string,
): z.infer<Schema> {
  const refuse = (problems: readonly string[]): ResultFormatError => new ResultFormatError(problems, what);
  const found = fieldOf(json, 'schemaVersion');
  if (found === undefined) throw refuse(['schemaVersion: missing']);
  if (found !== version) {
    const text = JSON.stringify(found);
    throw refuse([`schemaVersion: this nvbench reads ${version}, the document has ${text}`]);
  }
  if (isDeeperThan(json, MAX_DEPTH)) throw refuse([`nested deeper than ${MAX_DEPTH} levels`]);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(describe);
  const more = problems.length - MAX_PROBLEMS;
  throw refuse(more > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more`] : problems);
}

/** Why text is no JSON. V8's words for text that ends early say so only to those who know them. */
function syntaxProblem(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? 0);
  return /end of JSON|Unterminated/.test(message) || position >= text.trimEnd().length
    ? 'the text ends too early; the file may be truncated'
    : message;
}

/** The JSON in a text. Throws ResultFormatError. */
export function parseJsonText(text: string, what?: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ResultFormatError([syntaxProblem(text, error)], what);
  }
}

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
