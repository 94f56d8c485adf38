/** The CSV that elbencho writes (--csvfile) as a result document: a job for each phase that read or wrote. */
import type {
  BenchResult,
  JobRecord,
  LatencyNs,
  OperationRecord,
  ResultWarning,
} from '../document/result.js';
import { firstStart } from '../document/runs.js';
import { highestOf } from '../statistics/extremes.js';
import { contradictionsOfLatency } from './contradictions.js';
import {
  ESTIMATED_IOS,
  type ImportOptions,
  importError,
  importedDocument,
  WITHOUT_ERROR_COUNTS,
  WITHOUT_HISTOGRAM,
  WITHOUT_LATENCY,
  WITHOUT_PERCENTILES,
} from './document.js';
import { elbenchoRates } from './elbencho-rates.js';
import { nameBySettings, namedApart } from './job-names.js';

const NS_PER_US = 1000;
const NS_PER_MS = 1e6;
const MS_PER_SECOND = 1000;
const NOTE = 'I/O latency as elbencho took it, to the microsecond';
const HEAD = /^\uFEFF?(?=.*\boperation,)(?=.*,time ms \[last\],)ISO date,.*$/m;

const THROUGH_CACHE: ResultWarning = {
  code: 'imported-through-cache',
  message: 'the imported run went through the page cache: its figures are not of the device',
  advice: 'run elbencho with --direct',
};

/** A phase, by the names of the columns. */
type Row = ReadonlyMap<string, string>;

/** Undefined where a cell is empty, as it is where nothing was counted. */
function numberIn(row: Row, column: string): number | undefined {
  const text = row.get(column)?.trim() ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (/^\d{1,20}(?:\.\d+)?$/.test(text) && value <= Number.MAX_SAFE_INTEGER) return value;
  throw importError(`its column ${column} has ${text.slice(0, 40)}`, 'give what elbencho --csvfile wrote');
}

function rowsOf(text: string): Row[] {
  const head = HEAD.exec(text);
  if (head === null) return [];
  const columns = head[0]
    .replace(/^\uFEFF/, '')
    .trim()
    .split(',');
  const lines = text.slice(head.index + head[0].length).split(/\r?\n/);
  return lines.flatMap((line): Row[] => {
    if (line.trim() === '' || HEAD.test(line)) return [];
    const cells = line.split(',');
    if (cells.length === columns.length) return [new Map(columns.map((column, i) => [column, cells[i]]))];
    throw importError(
      `a line has ${cells.length} columns, and the head has ${columns.length}`,
      'the file may be truncated, or of two versions of elbencho',
    );
  });
}

/** `rwmix read ` stands before the columns of the reads of a mix. */
function latencyOf(row: Row, prefix: string): LatencyNs {
  const of = (name: string): number | undefined => numberIn(row, `${prefix}IO lat us [${name}]`);
  const [min, mean, max] = [of('min'), of('avg'), of('max')];
  if (min === undefined || mean === undefined || max === undefined) return {};
  return { min: min * NS_PER_US, mean: mean * NS_PER_US, max: max * NS_PER_US };
}

/** Of the whole phase, until the last thread was done. Undefined where nothing was done. */
function operationOf(row: Row, prefix: string, elapsedMs: number): OperationRecord | undefined {
  const iops = numberIn(row, `${prefix}IOPS [last]`);
  if (iops === undefined || elapsedMs === 0) return undefined;
  const needed = (column: string): number => {
    const value = numberIn(row, `${prefix}${column} [last]`);
    if (value !== undefined || iops === 0) return value ?? 0;
    throw importError(`it has IOPS and no ${prefix}${column} [last]`, 'give what elbencho --csvfile wrote');
  };
  const rates = elbenchoRates({
    iops,
    mibPerSecond: needed('MiB/s'),
    mib: needed('MiB'),
    bsBytes: numberIn(row, 'block size') ?? 0,
    seconds: elapsedMs / MS_PER_SECOND,
  });
  return rates.ios === 0 ? undefined : { ...rates, errors: 0, latencyNs: latencyOf(row, prefix) };
}

/** Columns that say what a phase was asked, beside those that fields of the job have. */
const ASKED = ['path type', 'paths', 'dirs', 'files', 'file size', 'direct IO', 'random aligned'];

function workOf(row: Row): Record<string, string> {
  const said = ASKED.map((column) => [column, row.get(column)?.trim() ?? '']);
  return Object.fromEntries(said.filter(([, text]) => text !== '')) as Record<string, string>;
}

interface Phase {
  readonly rw: string;
  readonly rwmixread?: number;
  /** Prefix of the columns by direction. */
  readonly prefixes: { readonly read?: string; readonly write?: string };
}

/** Undefined of a phase that neither reads nor writes, for example of RMFILES. */
function phaseOf(row: Row): Phase | undefined {
  const name = row.get('operation')?.trim() ?? '';
  const order = row.get('random') === '1' ? 'rand' : '';
  const mix = /^RWMIX(\d{1,3})(?:\+|$)/.exec(name);
  if (/^READ(?:\+|$)/.test(name)) return { rw: `${order}read`, prefixes: { read: '' } };
  if (/^WRITE(?:\+|$)/.test(name)) return { rw: `${order}write`, prefixes: { write: '' } };
  const both = { rw: `${order}rw`, prefixes: { read: 'rwmix read ', write: '' } };
  if (mix !== null && Number(mix[1]) <= 100) return { ...both, rwmixread: Number(mix[1]) };
  return /^MIX-T\d/.test(name) ? both : undefined;
}

/** The device that the command names, where it names one. */
function targetOf(row: Row): string {
  const words = [...(row.get('command') ?? '').matchAll(/"(\/dev\/[^"]*)"/g)].map(([, word]) => word);
  const devices = new Set(words);
  return devices.size === 1 ? [...devices][0] : `elbencho ${row.get('path type') ?? ''}`.trim();
}

/** `2026-01-31T12:00:00.123+0100`; undefined where it is no time. */
function startOf(row: Row): Date | undefined {
  const text =
    row
      .get('ISO date')
      ?.trim()
      .replace(/([+-]\d\d)(\d\d)$/, '$1:$2') ?? '';
  const date = /^\d{4}-\d\d-\d\dT/.test(text) ? new Date(text) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

function warningsOf(row: Row, records: readonly OperationRecord[]): ResultWarning[] {
  const isTaken = records.every(({ latencyNs }) => latencyNs.mean !== undefined);
  return [
    ...(isTaken ? [WITHOUT_HISTOGRAM, WITHOUT_PERCENTILES] : [WITHOUT_LATENCY]),
    ESTIMATED_IOS,
    WITHOUT_ERROR_COUNTS,
    ...records.flatMap(({ latencyNs }) => contradictionsOfLatency(latencyNs)),
    ...(row.get('direct IO') === '0' ? [THROUGH_CACHE] : []),
  ];
}

function jobOf(row: Row, phase: Phase, { importedAt, target, job }: ImportOptions): JobRecord | undefined {
  const elapsedMs = numberIn(row, 'time ms [last]') ?? 0;
  const { prefixes, ...pattern } = phase;
  const [read, write] = [prefixes.read, prefixes.write].map((prefix) =>
    prefix === undefined ? undefined : operationOf(row, prefix, elapsedMs),
  );
  const records = [read, write].flatMap((each) => each ?? []);
  if (records.length === 0) return undefined;
  const bsBytes = numberIn(row, 'block size') ?? 0;
  const iodepth = Math.max(1, numberIn(row, 'IO depth') ?? 1);
  const label = row.get('label')?.trim() ?? '';
  return {
    name: job ?? (label === '' ? nameBySettings({ rw: phase.rw, bsBytes, iodepth }) : label),
    target: target ?? targetOf(row),
    ...pattern,
    ...{ bsBytes, iodepth, queuePairs: 0 },
    ...{ workload: workOf(row), seedPolicy: 'own' as const },
    numjobs: Math.max(1, (numberIn(row, 'threads') ?? 1) * (numberIn(row, 'hosts') ?? 1)),
    startedAt: (startOf(row) ?? new Date(importedAt.getTime() - elapsedMs)).toISOString(),
    rampTimeMs: 0,
    elapsedNs: elapsedMs * NS_PER_MS,
    stopReason: 'size',
    directions: { ...(read ? { read } : {}), ...(write ? { write } : {}) },
    errors: { total: 0, byStatus: [], timeouts: 0, unexpectedCompletions: 0 },
    workers: [],
    timestampNote: NOTE,
    warnings: warningsOf(row, records),
  };
}

/** Whether the text has the head of elbencho's CSV. */
export function isElbencho(text: string): boolean {
  return HEAD.test(text);
}

/** CSV of elbencho, of one run or several. Throws ReportError. */
export function importElbencho(text: string, options: ImportOptions): BenchResult {
  const rows = rowsOf(text);
  const found = rows.flatMap((row) => {
    const phase = phaseOf(row);
    return (phase && jobOf(row, phase, options)) ?? [];
  });
  if (found.length === 0)
    throw importError(
      'none of its phases has IOPS of reads or writes',
      'run elbencho with --read or --write',
    );
  const { jobs, warnings } = namedApart(found);
  const leftOut = rows.length - found.length;
  const phases: ResultWarning[] = [
    {
      code: 'imported-phases-left-out',
      message: `${leftOut} phases of the imported text are left out: they neither read nor wrote, or have no IOPS`,
      advice: 'look at them in the text',
    },
  ];
  const ends = jobs.map((job) => Date.parse(job.startedAt) + job.elapsedNs / NS_PER_MS);
  return importedDocument(
    {
      tool: 'elbencho',
      version: rows[0].get('version')?.trim() ?? '',
      startedAt: new Date(firstStart(jobs)),
      endedAt: new Date(highestOf(ends)),
      config: { commands: [...new Set(rows.flatMap((row) => row.get('command')?.trim() ?? []))] },
      jobs,
      warnings: [...warnings, ...(leftOut > 0 ? phases : [])],
    },
    options,
  );
}
