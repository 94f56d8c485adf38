/** Result files as they come in: read within bounds, checked, and refused with a reason. */
import { readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import type { NamedResult } from '../../reports/compare/runs.js';
import {
  type BenchResult,
  parseResultText,
  ReportError,
  ResultFormatError,
} from '../../reports/document/index.js';
import { type InputKind, inputError, readInputText } from './input-file.js';
import { STDIO, shownName } from './stdio.js';

const KIND: InputKind = {
  code: 'RESULT_UNREADABLE',
  op: 'read the result',
  hint: 'name a file that nvbench run --output wrote; nvbench import takes those of fio and spdk_nvme_perf',
};

/** Reads and checks a result file. Throws EngineError RESULT_UNREADABLE (input). */
export function readResultFile(path: string): BenchResult {
  const text = readInputText(path, KIND);
  try {
    return parseResultText(text);
  } catch (cause) {
    if (cause instanceof ResultFormatError || cause instanceof RangeError)
      throw inputError(KIND, path, cause.message, cause);
    throw cause;
  }
}

/** A result with the path it came from. Throws EngineError RESULT_UNREADABLE (input). */
export function readNamedResult(path: string): NamedResult {
  return { name: shownName(path), result: readResultFile(path) };
}

/** The results in a directory and those below it, by name, or the one in a file. What begins with a dot is passed over. Throws EngineError RESULT_UNREADABLE (input). */
export function readNamedResults(path: string): NamedResult[] {
  const isFolder = path !== STDIO && statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (!isFolder) return [readNamedResult(path)];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') && !name.split(sep).some((part) => part.startsWith('.')))
    .filter((name) => !statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory())
    .sort();
  if (names.length === 0) throw inputError(KIND, path, 'the directory has no .json file');
  return names.map((name) => readNamedResult(join(path, name)));
}

/** Does what may throw ReportError, which becomes an EngineError (input) with this operation and target. */
export function asInput<T>(op: string, target: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof ReportError)) throw cause;
    const { code, reason, hint } = cause;
    throw new EngineError({ code, op, target, reason, hint, kind: 'input', cause });
  }
}
