import { closeSync, openSync, readSync } from 'node:fs';
import { traceHash } from '../../engine/load/index.js';
import { toJson } from '../../reports/document/json.js';
import { printPaced, stdoutStyle } from '../console/stdout.js';
import { AS_RECORDED, type Trace } from '../trace/builder.js';
import { traceOfResult } from '../trace/from-result.js';
import { holdingsOf } from '../trace/holdings.js';
import { readTrace } from '../trace/read-trace.js';
import { traceText } from '../trace/trace-text.js';
import { traceLines } from '../trace/write-trace.js';
import type { TraceArguments } from '../usage/trace.js';

/** Results are maps of JSON; no trace begins so. */
function isResult(file: string): boolean {
  try {
    const fd = openSync(file, 'r');
    const start = Buffer.alloc(64);
    const bytes = readSync(fd, start, 0, start.length, 0);
    closeSync(fd);
    return start.toString('latin1', 0, bytes).trimStart().startsWith('{');
  } catch {
    // What cannot be opened is refused where it is read.
    return false;
  }
}

async function show(trace: Trace, format: TraceArguments['format']): Promise<void> {
  if (format === 'csv' || format === 'iolog') {
    for (const text of traceLines(trace, format)) if (!(await printPaced(text))) return;
    return;
  }
  const held = holdingsOf(trace);
  const { path, format: readAs, ios } = trace;
  const operationsHash = traceHash(trace, ios);
  if (format === 'json') await printPaced(toJson({ path, format: readAs, ...held, operationsHash }));
  else await printPaced(traceText(trace, { ...held, operationsHash }, stdoutStyle().width));
}

/** `nvbench trace`: what a trace holds, or the trace in another form. */
export async function traceCommand({ file, format, of, job }: TraceArguments): Promise<void> {
  const trace = isResult(file) ? traceOfResult(file, job) : await readTrace(file, { ...AS_RECORDED, of });
  try {
    await show(trace, format);
  } finally {
    trace.close();
  }
}
