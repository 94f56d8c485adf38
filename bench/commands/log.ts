import { once } from 'node:events';
import { toJson } from '../../reports/document/json.js';
import { LOG_CSV_HEAD, logCsvLine } from '../../reports/io-log/records.js';
import { LogSummary } from '../../reports/io-log/summary.js';
import { stdoutStyle } from '../console/stdout.js';
import { type OpenLog, withLog } from '../files/io-log-reader.js';
import type { LogArguments } from '../usage/log.js';

/** At the pace of whoever reads stdout; false once nobody does any more. */
async function print(text: string): Promise<boolean> {
  const { stdout } = process;
  if (stdout.destroyed) return false;
  if (stdout.write(text)) return true;
  await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  return !stdout.destroyed;
}

async function printCsv({ about, next }: OpenLog): Promise<void> {
  let open = await print(LOG_CSV_HEAD);
  for (let ios = next(); open && ios.length > 0; ios = next())
    open = await print(ios.map((io) => logCsvLine(io, about)).join(''));
}

function summaryOf({ about, next }: OpenLog): LogSummary {
  const summary = new LogSummary(about);
  for (let ios = next(); ios.length > 0; ios = next()) for (const io of ios) summary.add(io);
  return summary;
}

const PRINTERS: Readonly<Record<LogArguments['format'], (log: OpenLog) => Promise<unknown>>> = {
  csv: printCsv,
  json: (log) => print(toJson(summaryOf(log).data())),
  text: (log) => print(summaryOf(log).text(stdoutStyle().width)),
};

/** `nvbench log`: what a log of single I/Os comes to, or all of it. */
export async function logCommand({ file, format }: LogArguments): Promise<void> {
  await withLog(file, PRINTERS[format]);
}
