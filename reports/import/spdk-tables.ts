/** The tables that spdk_nvme_perf prints, one row for each device and core. Latencies are in µs there, in ns here. */
import { sanitize } from '../render/terminal.js';
import { importError } from './document.js';
import {
  addLine,
  type Distribution,
  emptyDistribution,
  isCut,
  isFilled,
  joined,
  NUMBER,
} from './spdk-distribution.js';
import type { SpdkRow } from './spdk-job.js';

const NS_PER_US = 1000;

/** What one run of the tool printed. */
export interface PerfTable {
  readonly rows: readonly SpdkRow[];
  /** Lines above its head, from the head of the run before on. */
  readonly above: readonly string[];
  /** There are percentiles or histograms of which it is open which row they are of. */
  readonly ambiguous: boolean;
  /** Percentiles or a histogram lack their last lines. */
  readonly cut: boolean;
  /** IOPS of its last line; undefined where it has none. */
  readonly totalIops?: number;
  /** Devices that a core was given, by lines above the head, and that have no row: the tool prints none of no I/O. */
  readonly idle: readonly string[];
}

const HEAD = /^\s*Device Information\s*:/;
const ROW = new RegExp(`^\\s*(.+?)\\s+from core\\s+(\\d+)\\s*:${`\\s+${NUMBER}`.repeat(5)}\\s*$`);
/** What only a row has: figures, or what stands in their place, after the core. */
const LIKE_A_ROW = /^\s*(.+?)\s+from core\s+(\d+)\s*:\s*\S/;
const TOTAL = new RegExp(`^\\s*Total\\s*:${`\\s+${NUMBER}`.repeat(5)}\\s*$`);
const GIVEN = /^\s*Associating (.+?) with lcore \d+\s*$/;
const HEADING = /^\s*(Summary latency data|Latency histogram) for (.+?)\s+from core (\d+):\s*$/;

/** Throws ReportError where it is a row that lacks figures, or has others than numbers. */
function rowOf(line: string): SpdkRow | undefined {
  const match = ROW.exec(line);
  const like = match === null ? LIKE_A_ROW.exec(line) : null;
  if (like !== null)
    throw importError(
      `the row of ${sanitize(like[1])} from core ${like[2]} does not have its five numbers`,
      'the text may be cut, or have other decimal points; give it as spdk_nvme_perf printed it',
    );
  if (match === null) return undefined;
  const [iops, mibPerSecond, mean, min, max] = match.slice(3).map(Number);
  return {
    device: match[1],
    core: match[2],
    iops,
    mibPerSecond,
    latencyNs: { mean: mean * NS_PER_US, min: min * NS_PER_US, max: max * NS_PER_US },
    percentilesNs: new Map(),
  };
}

/** Headings cut the names of devices. */
const HEADING_LENGTH = 43;

/** What stands under a heading. */
interface Section {
  readonly kind: string;
  readonly device: string;
  readonly core: string;
  readonly body: Distribution;
}

/** Those with something in them: a core that did nothing has a heading and no row. */
function sectionsOf(lines: readonly string[]): Section[] {
  const sections: Section[] = [];
  for (const line of lines) {
    const heading = HEADING.exec(line);
    if (heading !== null) {
      const [, kind, device, core] = heading;
      sections.push({ kind, device, core, body: emptyDistribution() });
    } else addLine(sections.at(-1)?.body, line);
  }
  return sections.filter(({ body }) => isFilled(body));
}

const sectionKey = ({ kind, device, core }: Section): string => JSON.stringify([kind, device, core]);

/** Sections under equal headings go to the rows that may be meant in order, where there are as many of these. */
function placed(rows: readonly SpdkRow[], sections: readonly Section[]): (readonly Section[])[] | undefined {
  const found: Section[][] = rows.map(() => []);
  for (const key of new Set(sections.map(sectionKey))) {
    const alike = sections.filter((section) => sectionKey(section) === key);
    const [{ device, core }] = alike;
    const places = rows.flatMap((row, i) =>
      row.core === core && row.device.slice(0, HEADING_LENGTH).trimEnd() === device ? [i] : [],
    );
    if (alike.length !== places.length) return undefined;
    for (const [i, section] of alike.entries()) found[places[i]].push(section);
  }
  return found;
}

function tableOf(lines: readonly string[], above: readonly string[]): PerfTable {
  const rows = lines.flatMap((line) => rowOf(line) ?? []);
  const [total] = lines.flatMap((line) => TOTAL.exec(line)?.[1] ?? []);
  const given = new Set(above.flatMap((line) => GIVEN.exec(line)?.[1].trim() ?? []));
  const idle = [...given].filter((device) => rows.every((row) => row.device !== device));
  const found = { above, idle, ...(total === undefined ? {} : { totalIops: Number(total) }) };
  const all = sectionsOf(lines);
  const cut = all.some(({ body }) => isCut(body));
  const sections = placed(rows, all);
  if (sections === undefined) return { ...found, rows, ambiguous: true, cut };
  const whole = rows.map((row, i): SpdkRow => ({ ...row, ...joined(sections[i].map(({ body }) => body)) }));
  return { ...found, rows: whole, ambiguous: false, cut };
}

/** Every run of a text, in order, also one of which it has but the head; lines of other kinds are passed over. */
export function perfTables(lines: readonly string[]): PerfTable[] {
  const heads = lines.flatMap((line, i) => (HEAD.test(line) ? [i] : []));
  const begins = heads.length === 0 ? [0] : heads;
  const tables = begins.map((from, i) => {
    // What stands above the first head is of its run, as far as it has rows.
    const start = i === 0 ? 0 : from;
    return tableOf(lines.slice(start, begins[i + 1]), lines.slice(begins[i - 1] ?? 0, from));
  });
  return heads.length === 0 ? tables.filter(({ rows }) => rows.length > 0) : tables;
}
