/** The tables that spdk_nvme_perf prints, one row for each device and core. Latencies are in µs there, in ns here. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';

const NS_PER_US = 1000;

export interface PerfRow {
  readonly device: string;
  readonly core: number;
  readonly iops: number;
  readonly mibPerSecond: number;
  readonly meanNs: number;
  readonly minNs: number;
  readonly maxNs: number;
  /** By percent, of -L. */
  readonly percentilesNs: Map<number, number>;
  /** Of -LL. */
  counts?: Float64Array;
}

const NUMBER = '(\\d+(?:\\.\\d+)?)';
const ROW = new RegExp(`^\\s*(.+?)\\s+from core\\s+(\\d+)\\s*:${`\\s+${NUMBER}`.repeat(5)}\\s*$`);
const HEADING = /^\s*(Summary latency data|Latency histogram) for (.+?)\s+from core (\d+):\s*$/;
const PERCENTILE = new RegExp(`^\\s*${NUMBER}%\\s*:\\s*${NUMBER}us\\s*$`);
const BUCKET = new RegExp(`^\\s*${NUMBER}\\s*-\\s*${NUMBER}:\\s*${NUMBER}%\\s*\\(\\s*(\\d+)\\)\\s*$`);

function rowOf(line: string): PerfRow | undefined {
  const match = ROW.exec(line);
  if (match === null) return undefined;
  const [core, iops, mibPerSecond, mean, min, max] = match.slice(2).map(Number);
  return {
    device: match[1],
    core,
    iops,
    mibPerSecond,
    meanNs: mean * NS_PER_US,
    minNs: min * NS_PER_US,
    maxNs: max * NS_PER_US,
    percentilesNs: new Map(),
  };
}

/** The heading cuts long names. */
function headed(rows: readonly PerfRow[], heading: RegExpExecArray): PerfRow | undefined {
  const [, , device, core] = heading;
  return rows.find((row) => row.core === Number(core) && row.device.startsWith(device));
}

/** A bucket's I/Os go where its middle does. */
function addBucket(row: PerfRow, [, from, to, , count]: RegExpExecArray): void {
  row.counts ??= emptyHistogram();
  const middleNs = Math.round(((Number(from) + Number(to)) / 2) * NS_PER_US);
  row.counts[latencyIndex(middleNs)] += Number(count);
}

/** Rows with what follows on each; lines of other kinds are passed over. */
export function perfRows(lines: readonly string[]): PerfRow[] {
  const rows: PerfRow[] = [];
  let current: PerfRow | undefined;
  for (const line of lines) {
    const row = rowOf(line);
    const heading = HEADING.exec(line);
    const percentile = PERCENTILE.exec(line);
    const bucket = BUCKET.exec(line);
    if (row !== undefined) rows.push(row);
    else if (heading !== null) current = headed(rows, heading);
    else if (percentile !== null && current !== undefined)
      current.percentilesNs.set(Number(percentile[1]), Number(percentile[2]) * NS_PER_US);
    else if (bucket !== null && current !== undefined) addBucket(current, bucket);
  }
  return rows;
}
