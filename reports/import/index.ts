/** Results of other tools as documents of this one, marked with what they lack. */

import { toJson } from '../document/json.js';
import { parseResultText, ResultFormatError } from '../document/parse.js';
import type { BenchResult } from '../document/result.js';
import { ReportError } from '../report-error.js';
import { type ImportOptions, importError } from './document.js';
import { importFioDocuments } from './fio-documents.js';
import { jsonObjectsIn } from './json-in-text.js';
import { importSpdkPerf } from './spdk-perf.js';

export type { ImportOptions } from './document.js';
export { fioJobSizeBytes, fioSizeBytes, fioTimeMs } from './fio-units.js';

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

const FIO_DOCUMENT = /"fio version"/g;

/** The documents of fio in a text; undefined where it has none. Throws ReportError where one of them is broken. */
function fioDocumentsIn(text: string): unknown[] | undefined {
  const { objects, problem } = jsonObjectsIn(text);
  if (objects.some((json) => isOf(json, 'schemaVersion')))
    throw importError('it is a result of nvbench already', 'use it as it is');
  const documents = objects.filter((json) => isOf(json, 'fio version'));
  const begun = text.match(FIO_DOCUMENT)?.length ?? 0;
  if (problem !== undefined && (begun > documents.length || begun === 0))
    throw importError(
      `it looks like JSON and is none: ${problem}`,
      'the file may be truncated; write it anew with fio --output-format=json+ --output=FILE',
    );
  if (documents.length > 0) return documents;
  return objects.length > 0 ? objects.slice(0, 1) : undefined;
}

/** Text of fio (JSON or JSON+) or of spdk_nvme_perf, told apart by itself. Throws ReportError. */
export function importResult(text: string, options: ImportOptions): BenchResult {
  const documents = fioDocumentsIn(text);
  return checked(
    documents === undefined ? importSpdkPerf(text, options) : importFioDocuments(documents, options),
  );
}
