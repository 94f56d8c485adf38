/** What a drive counted, laid beside the result of a run on it. */
import { canonical } from '../document/canonical.js';
import { type LatencyMonitorRecord, MONITORED } from '../document/latency-monitor.js';
import type { BenchResult, JobRecord, ResultWarning } from '../document/result.js';
import { deviceOf, placeKey } from '../document/rows.js';
import { sanitize } from '../render/terminal.js';
import { ReportError } from '../report-error.js';
import type { Reading } from './latency-monitor.js';

const COUNTED_ANEW: ResultWarning = {
  code: 'latency-monitor-restarted',
  message:
    'the latency monitor began anew or was set otherwise between the two readings: what it counted in between is not known',
  advice: 'read it right before and right after the run, and set a longer bucket timer',
};

export interface BesideOptions {
  /** A reading of the same drive from before the run. */
  readonly before?: Reading | undefined;
  /** That of the jobs; needed where they ran on several. */
  readonly target?: string | undefined;
}

type Monitor = Reading['monitor'];

/** Commands by bucket and operation that came between; undefined where the counters began anew. */
function countedSince(before: Monitor, after: Monitor): LatencyMonitorRecord['since'] {
  const same = (of: (monitor: Monitor) => unknown): boolean => canonical(of(before)) === canonical(of(after));
  const settings = ({ enabled, thresholdsMs }: Monitor) => ({ enabled, thresholdsMs });
  const earlier = ({ earlier: buckets }: Monitor) => buckets;
  if (!same(settings) || !same(earlier) || after.activeMinutes < before.activeMinutes) return undefined;
  const since = after.active.map((bucket, i) => {
    const counts = MONITORED.map((name) => bucket[name].commands - before.active[i][name].commands);
    const [read, write, deallocate] = counts;
    return { read, write, deallocate };
  });
  return since.some((bucket) => MONITORED.some((name) => bucket[name] < 0)) ? undefined : since;
}

/** A job on the drive that the reading is of. */
function jobOf({ jobs }: BenchResult, target: string | undefined): JobRecord {
  const named = target === undefined ? jobs : jobs.filter((job) => job.target === target);
  const places = new Set(named.map(placeKey));
  if (places.size === 1) return named[0];
  const targets = [...new Set(jobs.map((job) => sanitize(job.target)))].slice(0, 20).join(', ');
  if (jobs.length === 0)
    throw new ReportError('NO_SUCH_TARGET', 'it has no jobs', 'name the result of a run');
  if (named.length === 0)
    throw new ReportError(
      'NO_SUCH_TARGET',
      `none of its jobs ran on ${sanitize(target ?? '')}`,
      `they ran on ${targets}`,
    );
  throw new ReportError(
    'NO_SUCH_TARGET',
    `its jobs ran on several drives: ${targets}`,
    'name one with --target; of several hosts, do this before nvbench merge',
  );
}

/** The result with what its drive counted. Throws ReportError where the reading is of another drive, or it is open of which. */
export function layBeside(result: BenchResult, reading: Reading, options: BesideOptions): BenchResult {
  const job = jobOf(result, options.target);
  const { target, hostIndex } = job;
  const known = result.latencyMonitors ?? [];
  if (known.some((each) => placeKey(each) === placeKey(job)))
    throw new ReportError(
      'LATENCY_MONITOR_TWICE',
      `the result has a reading of ${sanitize(target)} already`,
      'name the result as it was before',
    );
  const serial = deviceOf(result, job)?.serialNumber.trim();
  if (serial && reading.serialNumber !== undefined && reading.serialNumber !== serial)
    throw new ReportError(
      'OTHER_DRIVE',
      `the log is of the drive ${sanitize(reading.serialNumber)}, and the jobs ran on ${sanitize(serial)}`,
      'name another target or log',
    );
  const before = options.before?.monitor;
  const since = before && countedSince(before, reading.monitor);
  const place = hostIndex === undefined ? { target } : { target, hostIndex };
  const monitor = { ...place, ...reading.monitor, ...(since === undefined ? {} : { since }) };
  const anew = before !== undefined && since === undefined ? [COUNTED_ANEW] : [];
  return {
    ...result,
    warnings: [...result.warnings, ...reading.warnings, ...anew],
    latencyMonitors: [...known, monitor],
  };
}
