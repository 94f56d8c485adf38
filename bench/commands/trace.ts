import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { traceHash } from '../../engine/load/index.js';
import { toJson } from '../../reports/document/json.js';
import { stdoutStyle } from '../console/stdout.js';
import { AS_RECORDED, type Trace } from '../trace/builder.js';
import { traceOfResult } from '../trace/from-result.js';
import { holdingsOf } from '../trace/holdings.js';
import { readTrace } from '../trace/read-trace.js';
import { traceText } from '../trace/trace-text.js';
import { traceLines } from '../trace/write-trace.js';
import type { TraceArguments } from '../usage/trace.js';

/** At the pace of whoever reads stdout; false once nobody does any more. */
async function print(text: string): Promise<boolean> {
  const { stdout } = process;
  if (stdout.destroyed) return false;
  if (stdout.write(text)) return true;
  await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  return !stdout.destroyed;
}

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
    for (const text of traceLines(trace, format)) if (!(await print(text))) return;
    return;
  }
  const held = holdingsOf(trace);
  const { path, format: readAs, ios } = trace;
  const operationsHash = traceHash(trace, ios);
  if (format === 'json') await print(toJson({ path, format: readAs, ...held, operationsHash }));
  else await print(traceText(trace, { ...held, operationsHash }, stdoutStyle().width));
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
