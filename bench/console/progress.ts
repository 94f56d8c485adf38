/** Live progress on a terminal: percent, IOPS, bandwidth, p50 and p99, time left. Says nothing in a pipe. */
import { createLogUpdate } from 'log-update';
import { HISTOGRAM_LENGTH } from '../../engine/stats/histogram.js';
import { mergeCounts, percentileNs, totalCountOf } from '../../engine/stats/percentiles.js';
import { formatIops, formatLatency, formatMibPerSecond, plural } from '../../reports/index.js';
import type { Tick } from '../run/job-run.js';

export interface Progress {
  onTick(tick: Tick): void;
  /** Prints something else on a clean line; the next tick draws the progress below it. */
  aside(print: () => void): void;
  /** Clears the line, so that what follows starts on a clean one. */
  end(): void;
}

/** A progress line on `stream` where it is a terminal, until it cannot be written; otherwise one that stays silent. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { onTick: () => undefined, aside: (print) => print(), end: () => undefined };
  const update = createLogUpdate(stream);
  let lost = false;
  stream.once('error', () => {
    lost = true;
  });
  return {
    onTick: (tick) => {
      if (!lost) update(progressLine(tick));
    },
    aside: (print) => {
      if (!lost) update.clear();
      print();
    },
    end: () => {
      if (!lost) update.clear();
    },
  };
}

/** One line for what the tick says. */
export function progressLine(tick: Tick): string {
  const [{ config, spec, repeat }] = tick.jobs;
  const head = `${config.name}  ${repeat.count > 1 ? `${repeat.index + 1}/${repeat.count}  ` : ''}`;
  if (tick.ramping) return `${head}ramp ${(spec.rampTimeMs / 1000).toFixed(1)} s`;
  const merged = tick.interval.slice(0, HISTOGRAM_LENGTH);
  mergeCounts(merged, tick.interval.subarray(HISTOGRAM_LENGTH));
  const ios = totalCountOf(merged);
  const perSecond = (ios * 1000) / Math.max(1, tick.intervalMs);
  const share = doneShare(tick);
  const latency = (percentile: number): string =>
    ios === 0 ? '-' : formatLatency(percentileNs(merged, percentile, ios));
  const parts = [
    `${(share * 100).toFixed(0).padStart(3)} %`,
    `${formatIops(perSecond)} IOPS`,
    `${formatMibPerSecond(perSecond * spec.bsBytes)} MiB/s`,
    `p50 ${latency(50)}`,
    `p99 ${latency(99)}`,
    `ETA ${share > 0.001 ? etaText((tick.elapsedMs / share) * (1 - share)) : '?'}`,
  ];
  if (tick.errors > 0) parts.push(plural(tick.errors, 'error'));
  return head + parts.join('  ');
}

/** The larger of the shares of time and of I/Os that are behind: whichever comes first ends the job. */
function doneShare(tick: Tick): number {
  const [{ spec }] = tick.jobs;
  const wanted = spec.numberIos * spec.numjobs * tick.jobs.length;
  return Math.min(1, Math.max(tick.elapsedMs / spec.runtimeMs, tick.completed / wanted));
}

function etaText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
