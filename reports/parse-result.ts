import type { z } from 'zod';
import { type BenchResult, resultSchema, SCHEMA_VERSION } from './result.js';

const MAX_PROBLEMS = 8;

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
  const parsed = resultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(describe);
  const more = problems.length - MAX_PROBLEMS;
  throw new ResultFormatError(more > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more`] : problems);
}

/** Parses the text of a result file. Throws ResultFormatError. */
export function parseResultText(text: string): BenchResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ResultFormatError([error instanceof Error ? error.message : String(error)]);
  }
  return parseResult(json);
}
