/**
 * V8's log of deoptimisations (`--log-deopt`), which is alike in the versions of Node 20, 24 and 26 and says where in the source
 * each was: one line of commas each, in a file for each isolate, written out at once.
 *
 *   code-deopt,<us>,<size>,<address>,<inlining>,<offset>,<kind>,<<file>:<line>:<column>> [inlined at <…>],<reason>
 *
 * Commas within a field are escaped. Fields before the kind differ with the version; kinds are deopt-eager, deopt-lazy, deopt-soft
 * and dependency-change (code was thrown away because what it relied on has changed).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Deopt {
  readonly kind: string;
  readonly reason: string;
  /** `file:line:column` of the innermost function; empty where V8 does not say. */
  readonly at: string;
  /** A move to faster code that V8 writes down as one of these: its baseline tiers leave a running loop so. */
  readonly tierUp: boolean;
}

const LINE =
  /^code-deopt,.*,((?:deopt-)?(?:eager|lazy|soft|bailout)|dependency-change),(<.*>|[^,\n]*),([^,\n]*)$/gm;

/** Options for Node that write such logs into a folder; threads and all. */
export function logOptions(folder: string): string[] {
  return ['--log-deopt', '--logfile-per-isolate', `--logfile=${join(folder, 'v8.log')}`];
}

/** All that the text of a log tells. */
export function parseDeopts(text: string): Deopt[] {
  return [...text.matchAll(LINE)].map(([, kind, location, reason]) => ({
    kind,
    reason: unescaped(reason),
    at: unescaped(/^<([^>]*)>/.exec(location)?.[1] ?? ''),
    tierUp: /\bOSR\b|on stack replacement/i.test(reason),
  }));
}

function unescaped(text: string): string {
  return text.replace(/\\x([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Bytes of each log in the folder, by the file's name: a moment in all of them. */
export type LogSizes = Readonly<Record<string, number>>;

export function logSizes(folder: string): LogSizes {
  const names = readdirSync(folder).filter((name) => name.endsWith('v8.log'));
  return Object.fromEntries(names.map((name) => [name, statSync(join(folder, name)).size]));
}

/**
 * What a log told between two moments. Throws where the log is none of V8's: without it there would be nothing to find in
 * any run.
 */
export function deoptsBetween(folder: string, name: string, from: LogSizes, to: LogSizes): Deopt[] {
  const text = readFileSync(join(folder, name));
  if (!text.subarray(0, 64).toString().startsWith('v8-version,')) {
    throw new Error(
      `read V8's log (${join(folder, name)}): it does not begin with v8-version; this Node writes it otherwise`,
    );
  }
  return parseDeopts(text.subarray(from[name] ?? 0, to[name]).toString());
}
