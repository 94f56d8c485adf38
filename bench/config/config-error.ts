import { EngineError } from '../../engine/errors.js';

/** One thing wrong with a configuration. */
export interface ConfigIssue {
  /** The key at fault, for example `jobs[0].iodepth`; empty for the file as a whole. */
  readonly path: string;
  /** Where the value came from: the file's name, `--set jobs[0].iodepth=0` or `--device`. */
  readonly origin: string;
  /** Line and column in the file, from 1; absent when the value is not from the file. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong, as a clause. */
  readonly message: string;
  /** What to do about it, as a clause. */
  readonly suggestion?: string;
}

const MAX_LINES = 50;

/** One line: `configs/x.yaml:7:5: jobs[0].iodeph: unknown key; did you mean "iodepth"?` */
export function formatIssue(issue: ConfigIssue): string {
  const place = issue.line === undefined ? '' : `:${issue.line}:${issue.column}`;
  const path = issue.path === '' ? '' : `${issue.path}: `;
  const next = issue.suggestion === undefined ? '' : `; ${issue.suggestion}`;
  return `${issue.origin}${place}: ${path}${issue.message}${next}`;
}

/** Formats the first 50 issues and counts the rest; `issues` on the error has them all. */
function formatIssues(issues: readonly ConfigIssue[]): string {
  const lines = issues.slice(0, MAX_LINES).map(formatIssue);
  if (issues.length > MAX_LINES) lines.push(`... and ${issues.length - MAX_LINES} more`);
  return lines.join('\n');
}

/** A configuration that cannot be run. The message has one line for each problem found. */
export class ConfigError extends EngineError {
  readonly issues: readonly ConfigIssue[];

  /** `name` is the configuration's name for the user, usually its path; `issues` is not empty. */
  constructor(name: string, issues: readonly ConfigIssue[]) {
    super({
      code: 'CONFIG_INVALID',
      op: 'read the configuration',
      target: name,
      reason: issues.length === 1 ? issues[0].message : `${issues.length} problems`,
      hint: issues.length === 1 ? (issues[0].suggestion ?? '') : 'correct each one and run again',
      kind: 'input',
    });
    this.message = formatIssues(issues);
    this.issues = issues;
  }
}
