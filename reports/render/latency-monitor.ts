/** What a drive counted of its own latencies, beside what the host measured in the same ranges. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import { mergedCounts } from '../document/build.js';
import type { HistogramReader } from '../document/histograms.js';
import {
  type LatencyMonitorRecord,
  MONITORED,
  type Monitored,
  type MonitoredCounter,
  SATURATED,
} from '../document/latency-monitor.js';
import type { BenchResult } from '../document/result.js';
import { placeKey } from '../document/rows.js';
import { formatCount } from './format.js';

const NS_PER_MS = 1e6;

export interface MonitorTable {
  /** Which drive, and for how long it counted. */
  readonly title: string;
  readonly heads: readonly string[];
  /** Two cells of text and then numbers; one for each operation that drive or host has, and bucket. */
  readonly rows: readonly string[][];
  /** Which latencies were kept, a line each. */
  readonly kept: readonly string[];
  readonly note: string;
}

const NOTE =
  'The drive counts from when it fetches a command until it posts the completion, all commands of anyone; the host from submission to completion, its jobs within their measured time.';

const rangeText = (low: number, high: number | undefined): string =>
  high === undefined ? `from ${low} ms` : `${low} to ${high} ms`;

const commandsText = (commands: number): string =>
  commands === SATURATED ? 'saturated' : formatCount(commands);

/** I/Os of the jobs at the monitor's place by bucket; undefined where there are none, or one of them has no histogram. */
function hostCounts(
  { jobs }: BenchResult,
  monitor: LatencyMonitorRecord,
  operation: Monitored,
  reader: HistogramReader,
): number[] | undefined {
  const records = jobs
    .filter((job) => placeKey(job) === placeKey(monitor))
    .flatMap(({ directions }) => directions[operation] ?? []);
  if (records.length === 0) return undefined;
  const counts = mergedCounts(
    records.filter(({ ios }) => ios > 0),
    reader,
  );
  if (counts === undefined) return undefined;
  const starts = monitor.thresholdsMs.map((ms) => latencyIndex(ms * NS_PER_MS));
  return starts.map((start, bucket) =>
    counts.subarray(start, starts[bucket + 1]).reduce((sum, n) => sum + n, 0),
  );
}

function whenText({ at, sincePowerOnMs }: MonitoredCounter): string {
  if (at !== undefined) return ` at ${at}`;
  return sincePowerOnMs === undefined
    ? ''
    : ` ${formatCount(Math.round(sincePowerOnMs / 1000))} s after power on`;
}

function keptText(operation: string, range: string, counter: MonitoredCounter): string {
  const which = counter.of === undefined ? '' : `, the ${counter.of}`;
  return `${operation} ${range}: ${counter.latencyMs} ms${which}${whenText(counter)}`;
}

/** Throws ReportError where a histogram cannot be read. */
function monitorTable(
  result: BenchResult,
  monitor: LatencyMonitorRecord,
  reader: HistogramReader,
): MonitorTable {
  const { target, readBy, enabled, thresholdsMs, activeMinutes, active, earlier, since } = monitor;
  const kept: string[] = [];
  const rows = MONITORED.flatMap((operation) => {
    const ofHost = hostCounts(result, monitor, operation, reader);
    const ofOperation = thresholdsMs.map((low, bucket) => {
      const high = thresholdsMs[bucket + 1];
      const host = ofHost?.[bucket];
      const [now, before] = [active[bucket][operation], earlier[bucket][operation]];
      const range = rangeText(low, high);
      const counted = host !== undefined || now.commands > 0 || before.commands > 0;
      if (now.latencyMs !== undefined) kept.push(keptText(operation, range, now));
      const cells = [
        operation,
        range,
        ...(since === undefined ? [] : [commandsText(since[bucket][operation])]),
        commandsText(now.commands),
        commandsText(before.commands),
        host === undefined ? '-' : formatCount(host),
      ];
      return { cells, counted };
    });
    return ofOperation.some(({ counted }) => counted) ? ofOperation.map(({ cells }) => cells) : [];
  });
  const state = enabled ? `counting for ${activeMinutes} min` : 'NOT ENABLED, its counters are to be ignored';
  return {
    title: `Latency monitor of ${target} (log page C3h, read by ${readBy}): ${state}`,
    heads: [
      'operation',
      'latency',
      ...(since === undefined ? [] : ['meanwhile']),
      'counting',
      'earlier',
      'host',
    ],
    rows,
    kept,
    note: rows.length === 0 ? 'Nothing was as slow as its lowest threshold.' : NOTE,
  };
}

/** A table for each monitor of a result. */
export function monitorTables(result: BenchResult, reader: HistogramReader): MonitorTable[] {
  return (result.latencyMonitors ?? []).map((monitor) => monitorTable(result, monitor, reader));
}
