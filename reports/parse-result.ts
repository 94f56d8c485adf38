import type { z } from 'zod';
import { type BenchResult, resultSchema, SCHEMA_VERSION } from './result.js';

const MAX_PROBLEMS = 8;
/** Far beyond what a result or a configuration in it has; a recursive reader survives it. */
const MAX_DEPTH = 64;

/** The document is no result of nvbench, or of another schema version. */
export class ResultFormatError extends Error {
  /** One line per problem: where, then what. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`not an nvbench result: ${problems.join('; ')}`);
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

function versionOf(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('schemaVersion' in json)) return undefined;
  return json.schemaVersion;
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

/** Checks parsed JSON against the schema. Fields it does not know are left out. Throws ResultFormatError. */
export function parseResult(json: unknown): BenchResult {
  const version = versionOf(json);
  if (version === undefined) throw new ResultFormatError(['schemaVersion: missing']);
  if (version !== SCHEMA_VERSION) {
    const found = JSON.stringify(version);
    throw new ResultFormatError([
      `schemaVersion: this nvbench reads ${SCHEMA_VERSION}, the document has ${found}`,
    ]);
  }
  if (isDeeperThan(json, MAX_DEPTH)) throw new ResultFormatError([`nested deeper than ${MAX_DEPTH} levels`]);
  const parsed = resultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(describe);
  const more = problems.length - MAX_PROBLEMS;
  throw new ResultFormatError(more > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more`] : problems);
}

/** Why text is no JSON. V8's words for text that ends early say so only to those who know them. */
function syntaxProblem(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? 0);
  return /end of JSON|Unterminated/.test(message) || position >= text.trimEnd().length
    ? 'the text ends too early; the file may be truncated'
    : message;
}

/** Parses the text of a result file. Throws ResultFormatError. */
export function parseResultText(text: string): BenchResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ResultFormatError([syntaxProblem(text, error)]);
  }
  return parseResult(json);
}
