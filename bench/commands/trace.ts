import { EngineError } from '../../engine/errors.js';
import { traceHash } from '../../engine/load/index.js';
import { isCommandRecord } from '../../reports/command-record/header.js';
import { COMMANDS_CSV_HEAD, commandCsvLine } from '../../reports/command-record/records.js';
import { type RecordEnding, RecordSummary } from '../../reports/command-record/summary.js';
import { toJson } from '../../reports/document/json.js';
import { printPaced, stdoutStyle } from '../console/stdout.js';
import { type OpenRecord, withCommandRecord } from '../files/command-record-reader.js';
import { startOf } from '../files/input-file.js';
import { shownName } from '../files/stdio.js';
import { AS_RECORDED, type Trace } from '../trace/builder.js';
import { traceOfResult } from '../trace/from-result.js';
import { holdingsOf } from '../trace/holdings.js';
import { readTrace } from '../trace/read-trace.js';
import { traceText } from '../trace/trace-text.js';
import { traceLines } from '../trace/write-trace.js';
import type { TraceArguments } from '../usage/trace.js';

/** By so much of it a file is told. */
const START_BYTES = 64;

/** Results are maps of JSON; no trace begins so. */
const isResult = (start: Buffer): boolean => start.toString('latin1').trimStart().startsWith('{');

/** What a record of commands comes to, and how it ends. */
type Recorded = readonly [RecordSummary, RecordEnding];

async function recordedIn(file: string): Promise<Recorded> {
  return await withCommandRecord(file, (record): Recorded => {
    const summary = new RecordSummary(record.about);
    for (let commands = record.next(); commands.length > 0; commands = record.next())
      for (const command of commands) summary.add(command);
    return [summary, record.ending()];
  });
}

async function printCommands(record: OpenRecord): Promise<void> {
  let open = await printPaced(COMMANDS_CSV_HEAD);
  for (let commands = record.next(); open && commands.length > 0; commands = record.next())
    open = await printPaced(commands.map(commandCsvLine).join(''));
}

/** Undefined where the record has no I/O. */
async function traceOf(file: string, of: string | undefined): Promise<Trace | undefined> {
  try {
    return await readTrace(file, { ...AS_RECORDED, of });
  } catch (error) {
    if (error instanceof EngineError && error.code === 'BAD_TRACE') return undefined;
    throw error;
  }
}

/** Of a record of commands: these, before the trace that they make. */
async function showRecord(file: string, of: string | undefined, format: 'text' | 'json'): Promise<void> {
  const [summary, ending] = await recordedIn(file);
  const trace = await traceOf(file, of);
  try {
    if (format === 'json') {
      await printPaced(
        toJson({ ...(trace === undefined ? {} : dataOf(trace)), record: summary.data(ending) }),
      );
      return;
    }
    await printPaced(summary.text(ending, stdoutStyle().width));
    if (trace !== undefined) await printPaced(`\n${textOf(trace)}`);
  } finally {
    trace?.close();
  }
}

function heldBy(trace: Trace) {
  return { ...holdingsOf(trace), operationsHash: traceHash(trace, trace.ios) };
}

function dataOf(trace: Trace): object {
  const { path, format } = trace;
  return { path: shownName(path), format, ...heldBy(trace) };
}

const textOf = (trace: Trace): string => traceText(trace, heldBy(trace), stdoutStyle().width);

async function show(trace: Trace, format: Exclude<TraceArguments['format'], 'commands'>): Promise<void> {
  if (format === 'csv' || format === 'iolog') {
    for (const text of traceLines(trace, format)) if (!(await printPaced(text))) return;
    return;
  }
  await printPaced(format === 'json' ? toJson(dataOf(trace)) : textOf(trace));
}

/** `nvbench trace`: what a trace holds, or the trace in another form. */
export async function traceCommand({ file, format, of, job }: TraceArguments): Promise<void> {
  if (format === 'commands') return await withCommandRecord(file, printCommands);
  const start = startOf(file, START_BYTES);
  if ((format === 'text' || format === 'json') && isCommandRecord(start))
    return await showRecord(file, of, format);
  const trace = isResult(start) ? traceOfResult(file, job) : await readTrace(file, { ...AS_RECORDED, of });
  try {
    await show(trace, format);
  } finally {
    trace.close();
  }
}
