/** Live progress on a terminal: percent, IOPS, bandwidth, p50 and p99, time left. Says nothing in a pipe. */
import { createLogUpdate } from 'log-update';
import { formatIops, formatLatency, formatMibPerSecond, plural } from '../../reports/index.js';
import type { ProgressEvent } from '../run/events.js';

export interface Progress {
  show(event: ProgressEvent): void;
  /** Prints something else on a clean line; the next event draws the progress below it. */
  aside(print: () => void): void;
  /** Clears the line, so that what follows starts on a clean one. */
  end(): void;
}

/** A progress line on `stream` where it is a terminal, until it cannot be written; otherwise one that stays silent. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show: () => undefined, aside: (print) => print(), end: () => undefined };
  const update = createLogUpdate(stream);
  let lost = false;
  stream.once('error', () => {
    lost = true;
  });
  return {
    show: (event) => {
      if (!lost) update(progressLine(event));
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

/** One line for what the event says. */
export function progressLine(event: ProgressEvent): string {
  const { job, repeat, ramping, rampTimeMs, elapsedMs, done, errors, lately } = event;
  const head = `${job}  ${repeat.count > 1 ? `${repeat.index + 1}/${repeat.count}  ` : ''}`;
  if (ramping) return `${head}ramp ${(rampTimeMs / 1000).toFixed(1)} s`;
  const { iops, bytesPerSecond, latencyNs } = lately;
  const parts = [
    `${(done * 100).toFixed(0).padStart(3)} %`,
    `${formatIops(iops)} IOPS`,
    `${formatMibPerSecond(bytesPerSecond)} MiB/s`,
    `p50 ${latencyNs === undefined ? '-' : formatLatency(latencyNs.p50)}`,
    `p99 ${latencyNs === undefined ? '-' : formatLatency(latencyNs.p99)}`,
    `ETA ${done > 0.001 ? etaText((elapsedMs / done) * (1 - done)) : '?'}`,
  ];
  if (errors > 0) parts.push(plural(errors, 'error'));
  return head + parts.join('  ');
}

function etaText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
