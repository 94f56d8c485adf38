/** Results of other tools as documents of this one, marked with what they lack. */

import { toJson } from '../document/json.js';
import { parseResultText, ResultFormatError } from '../document/parse.js';
import type { BenchResult } from '../document/result.js';
import { ReportError } from '../report-error.js';
import { type ImportOptions, importError } from './document.js';
import { importFio } from './fio.js';
import { importSpdkPerf } from './spdk-perf.js';

export type { ImportOptions } from './document.js';
export { fioSizeBytes, fioTimeMs } from './fio-units.js';

/** The JSON in what fio printed: without the lines it may put before (warnings) and after (its normal output). */
function jsonIn(text: string): string {
  const from = text.search(/^\{/m);
  const to = text.lastIndexOf('\n}');
  return from < 0 || to < from ? text : text.slice(from, to + 2);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(jsonIn(text));
  } catch (error) {
    throw importError(
      `it looks like JSON and is none: ${error instanceof Error ? error.message : String(error)}`,
      'the file may be truncated; write it anew with fio --output-format=json+ --output=FILE',
    );
  }
}

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

/** Text of fio (JSON or JSON+) or of spdk_nvme_perf, told apart by itself. Throws ReportError. */
export function importResult(text: string, options: ImportOptions): BenchResult {
  const isJson = /^\{\s*("|\}|$)/m.test(text);
  const json = isJson ? parsedJson(text) : undefined;
  if (typeof json === 'object' && json !== null && 'schemaVersion' in json)
    throw importError('it is a result of nvbench already', 'use it as it is');
  return checked(isJson ? importFio(json, options) : importSpdkPerf(text, options));
}
