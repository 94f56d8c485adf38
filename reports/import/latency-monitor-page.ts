/** What nvme-cli prints of the latency monitor's log page, as JSON or as text, by the names that it gives the fields. */
import { jsonObjectsIn } from './json-in-text.js';

/** Cells of a row: reads, writes, deallocations. */
export type Cells = readonly [read: string, write: string, deallocate: string];

export interface PrintedPage {
  /** By name, without the buckets. */
  readonly fields: ReadonlyMap<string, string>;
  /** By name, for example `Active Bucket Counter: Bucket 0`. */
  readonly rows: ReadonlyMap<string, Cells>;
  /** The plugin of a vendor printed it as JSON, with time stamps cut to 32 bits. */
  readonly cutStamps: boolean;
}

const OPERATIONS = ['Read', 'Write', 'Trim'] as const;
const A_ROW = 'Active Bucket Counter: Bucket 0';
const ROW = /^((?:Active|Static) [A-Za-z ]+: Bucket \d)(?: (Read|Write|Trim))?$/;
const HEAD = /Latency Monitor\/C3 Log Page Data/;
/** A name, whose words have one blank between, two blanks or more (or a colon), and the rest. Of a line without blanks around it. */
const LINE = /^([A-Za-z][\w/-]*(?: [\w/-]+)*(?:: Bucket \d)?)(?:\s*:\s+|\s{2,})(\S.*)$/;
/** Begins at the first digit of a number alone, so that a long one is not read again from each of its digits. */
const CELL = /N\/A|(?<!\d)\d+-\d\d-\d\dD\|\d\d:\d\d:\d\d:\d+|-?(?<!\d)\d+(?=\s|$)/g;

export function isLatencyMonitor(text: string): boolean {
  return text.includes(A_ROW);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** Undefined where the object is something else. The buckets of a vendor's plugin are three fields each. */
function pageOfJson(json: unknown): PrintedPage | undefined {
  if (!isObject(json)) return undefined;
  const fields = new Map<string, string>();
  const rows = new Map<string, Record<string, unknown>>();
  let isFlat = false;
  for (const [name, value] of Object.entries(json)) {
    const [, row, operation] = ROW.exec(name) ?? [];
    if (row === undefined) fields.set(name, textOf(value));
    else if (operation === undefined) rows.set(row, isObject(value) ? value : {});
    else {
      isFlat = true;
      rows.set(row, { ...rows.get(row), [operation]: value });
    }
  }
  if (!rows.has(A_ROW)) return undefined;
  const cellsOf = (row: Record<string, unknown>): Cells => {
    const [read, write, deallocate] = OPERATIONS.map((name) => textOf(row[name]));
    return [read, write, deallocate];
  };
  const all = [...rows].map(([name, row]): [string, Cells] => [name, cellsOf(row)]);
  return { fields, rows: new Map(all), cutStamps: isFlat };
}

function pageOfText(section: string): PrintedPage {
  const fields = new Map<string, string>();
  const rows = new Map<string, Cells>();
  for (const line of section.split(/\r?\n/)) {
    const [, name, rest] = LINE.exec(line.trim()) ?? [];
    if (name === undefined) continue;
    if (!ROW.test(name)) {
      fields.set(name, rest);
      continue;
    }
    const [read = '', write = '', deallocate = ''] = rest.match(CELL) ?? [];
    rows.set(name, [read, write, deallocate]);
  }
  return { fields, rows, cutStamps: false };
}

/** Every page that a text holds, in its order. */
export function printedPages(text: string): PrintedPage[] {
  const ofJson = jsonObjectsIn(text).objects.flatMap((json) => pageOfJson(json) ?? []);
  if (ofJson.length > 0) return ofJson;
  return text.split(HEAD).slice(1).map(pageOfText);
}
