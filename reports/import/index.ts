/** Results of other tools as documents of this one, marked with what they lack. */

import { toJson } from '../document/json.js';
import { parseResultText, ResultFormatError } from '../document/parse.js';
import type { BenchResult } from '../document/result.js';
import { ReportError } from '../report-error.js';
import { importBdevperf, importBdevperfAnswers, isBdevperf, isBdevperfAnswer } from './bdevperf.js';
import { importDiskSpd, isDiskSpd } from './diskspd.js';
import { type ImportOptions, importError } from './document.js';
import { importElbencho, isElbencho } from './elbencho.js';
import { importFioDocuments } from './fio-documents.js';
import { jsonObjectsIn } from './json-in-text.js';
import { importLatencyMonitor } from './latency-monitor.js';
import { isLatencyMonitor } from './latency-monitor-page.js';
import { importSpdkPerf, isSpdkPerf } from './spdk-perf.js';

export { type BesideOptions, layBeside } from './beside.js';
export type { ImportOptions } from './document.js';
export { fioSizeBytes, fioTimeMs } from './fio-units.js';
export { type Reading, readLatencyMonitor } from './latency-monitor.js';

/** Holds the document against the schema: what another tool wrote may be out of every range. */
function checked(document: BenchResult): BenchResult {
  try {
    return parseResultText(toJson(document));
  } catch (error) {
    if (!(error instanceof ResultFormatError)) throw error;
    throw new ReportError(
      'IMPORT_UNREADABLE',
      `its figures are out of range: ${error.problems[0]}`,
      'check the file',
    );
  }
}

const isOf = (json: unknown, field: string): boolean =>
  typeof json === 'object' && json !== null && Object.hasOwn(json, field);

type Import = (options: ImportOptions) => BenchResult;

/** Texts that are not JSON, by what is in them. */
const TEXTS: readonly {
  readonly is: (text: string) => boolean;
  readonly read: (text: string, options: ImportOptions) => BenchResult;
}[] = [
  { is: isLatencyMonitor, read: importLatencyMonitor },
  { is: isDiskSpd, read: importDiskSpd },
  { is: isElbencho, read: importElbencho },
  { is: isBdevperf, read: importBdevperf },
  { is: isSpdkPerf, read: importSpdkPerf },
];

const FIO_DOCUMENT = /"fio version"/g;

/** How to read the JSON in a text; undefined where it has none that is known. Throws ReportError where it is broken. */
function importOfJson(text: string): Import | undefined {
  const { objects, problem } = jsonObjectsIn(text);
  if (objects.some((json) => isOf(json, 'schemaVersion')))
    throw importError('it is a result of nvbench already', 'use it as it is');
  const ofFio = objects.filter((json) => isOf(json, 'fio version'));
  const begun = text.match(FIO_DOCUMENT)?.length ?? 0;
  const answers = objects.filter(isBdevperfAnswer);
  if (problem !== undefined && begun > ofFio.length) throw brokenJson(problem);
  if (ofFio.length > 0) return (options) => importFioDocuments(ofFio, options);
  if (answers.length > 0) return (options) => importBdevperfAnswers(answers, options);
  const format = TEXTS.find(({ is }) => is(text));
  if (format !== undefined) return (options) => format.read(text, options);
  if (problem !== undefined) throw brokenJson(problem);
  return objects.length === 0 ? undefined : (options) => importFioDocuments(objects.slice(0, 1), options);
}

function brokenJson(problem: string): ReportError {
  return importError(
    `it looks like JSON and is none: ${problem}`,
    'the file may be truncated; write it anew with fio --output-format=json+ --output=FILE',
  );
}

/** fio's report for people, and its terse one: both lack what is needed, or have it rounded. */
const FIO_TEXT = /^(?:[2-5];fio-\d|[^\n]{0,200}: \(groupid=\d+, jobs=\d+\): err=)/m;

/** What another tool wrote (docs/reports.md says which do), told apart by itself. Throws ReportError. */
export function importResult(text: string, options: ImportOptions): BenchResult {
  const known = importOfJson(text);
  if (known === undefined && FIO_TEXT.test(text))
    throw importError(
      'it is what fio prints for people, or its terse format',
      'write it with fio --output-format=json+ --output=FILE',
    );
  const read = known ?? ((given: ImportOptions) => importSpdkPerf(text, given));
  return checked(read(options));
}
