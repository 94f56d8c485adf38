import { toJson } from '../../reports/document/json.js';
import { LOG_CSV_HEAD, logCsvLine } from '../../reports/io-log/records.js';
import { LogSummary } from '../../reports/io-log/summary.js';
import { printPaced, stdoutStyle } from '../console/stdout.js';
import { type OpenLog, withLog } from '../files/io-log-reader.js';
import type { LogArguments } from '../usage/log.js';

async function printCsv({ about, next }: OpenLog): Promise<void> {
  let open = await printPaced(LOG_CSV_HEAD);
  for (let ios = next(); open && ios.length > 0; ios = next())
    open = await printPaced(ios.map((io) => logCsvLine(io, about)).join(''));
}

function summaryOf({ about, next }: OpenLog): LogSummary {
  const summary = new LogSummary(about);
  for (let ios = next(); ios.length > 0; ios = next()) for (const io of ios) summary.add(io);
  return summary;
}

const PRINTERS: Readonly<Record<LogArguments['format'], (log: OpenLog) => Promise<unknown>>> = {
  csv: printCsv,
  json: (log) => printPaced(toJson(summaryOf(log).data())),
  text: (log) => printPaced(summaryOf(log).text(stdoutStyle().width)),
};

/** `nvbench log`: what a log of single I/Os comes to, or all of it. */
export async function logCommand({ file, format }: LogArguments): Promise<void> {
  await withLog(file, PRINTERS[format]);
}
