/** The line of a run that goes on, and that of a job that has ended. */
import { endedAsAsked, type JobRecord, operationsOf } from '../../reports/document/index.js';
import { columnsOf, cutInMiddle, cutToColumns } from '../../reports/render/columns.js';
import { formatIops, formatLatency, formatMibPerSecond, plural } from '../../reports/render/format.js';
import { sanitize } from '../../reports/render/terminal.js';
import type { ProgressEvent } from '../run/events.js';
import type { Place, PlanClock } from './plan-clock.js';

/** A name is cut to this before figures are left out, and to less only where there is no room for the most important. */
const SHORT_NAME = 20;
const SHORTEST_NAME = 8;

function timeText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `12 s of 85 s`, or what is known of that. */
export function clockText({ elapsedMs, leftMs }: Place): string {
  return leftMs === undefined
    ? timeText(elapsedMs)
    : `${timeText(elapsedMs)} of ${timeText(elapsedMs + leftMs)}`;
}

/** A part of the line; one of a higher rank goes first where there is no room. */
interface Part {
  readonly text: string;
  readonly rank: number;
}

function figures({ done, errors, lately }: ProgressEvent): Part[] {
  const { iops, bytesPerSecond, latencyNs } = lately;
  const latency = (ns: number | undefined): string => (ns === undefined ? '-' : formatLatency(ns));
  return [
    { text: `${(done * 100).toFixed(0).padStart(3)} %`, rank: 2 },
    { text: `${formatIops(iops)} IOPS`, rank: 0 },
    { text: `${formatMibPerSecond(bytesPerSecond)} MiB/s`, rank: 4 },
    { text: `p50 ${latency(latencyNs?.p50)}`, rank: 3 },
    { text: `p99 ${latency(latencyNs?.p99)}`, rank: 1 },
    ...(errors > 0 ? [{ text: plural(errors, 'error'), rank: 0 }] : []),
  ];
}

/** Parts that fit into `room`, the least important left out. */
function fitting(parts: readonly Part[], room: number): string {
  const text = parts.map((part) => part.text).join('  ');
  const highest = Math.max(...parts.map(({ rank }) => rank));
  if (text.length <= room || highest === 0) return text;
  return fitting(
    parts.filter(({ rank }) => rank < highest),
    room,
  );
}

export const repeatText = ({ index, count }: { index: number; count: number }): string =>
  count > 1 ? ` ${index + 1}/${count}` : '';

/** One line of at most `width` columns: `job 3/7  reads   25 %  1,000 IOPS ...  12 s of 85 s`. */
export function progressLine(event: ProgressEvent, place: Place, width: number): string {
  const { job, repeat, ramping, rampTimeMs } = event;
  const head = place.count > 1 ? `job ${place.index}/${place.count}  ` : '';
  const end: Part = { text: clockText(place), rank: 0 };
  const parts = ramping
    ? [{ text: `ramp ${(rampTimeMs / 1000).toFixed(1)} s`, rank: 0 }, end]
    : [...figures(event), end];
  const name = sanitize(job);
  const again = repeatText(repeat);
  const roomBeside = (nameLength: number): number => width - head.length - nameLength - again.length - 2;
  const text = fitting(parts, roomBeside(Math.min(columnsOf(name), SHORT_NAME)));
  const shown = cutInMiddle(name, Math.max(SHORTEST_NAME, roomBeside(0) - text.length));
  return cutToColumns(`${head}${shown}${again}  ${text}`, width);
}

/**
 * What a job did on one device, in one line: `job 3/7 reads: read 1,000 IOPS, 3.91 MiB/s, p50 80 µs, p99 2 ms`. Where that is
 * longer than `width` the name is cut, so that figures are seen.
 */
export function jobLine(
  record: JobRecord,
  place: Pick<Place, 'index' | 'count'>,
  devices: number,
  width = Number.POSITIVE_INFINITY,
): string {
  const { name, repeat, target, stopReason, errors } = record;
  const head = place.count > 1 ? `job ${place.index}/${place.count} ` : '';
  const on = devices > 1 ? ` on ${sanitize(target)}` : '';
  const parts = operationsOf(record).map(([operation, { ios, iops, bandwidthBytesPerSecond, latencyNs }]) => {
    const { p50, p99 } = ios === 0 ? {} : latencyNs;
    return [
      `${operation} ${formatIops(iops)} IOPS`,
      `${formatMibPerSecond(bandwidthBytesPerSecond)} MiB/s`,
      ...(p50 === undefined ? [] : [`p50 ${formatLatency(p50)}`]),
      ...(p99 === undefined ? [] : [`p99 ${formatLatency(p99)}`]),
    ].join(', ');
  });
  const ends = endedAsAsked(record) ? [] : [`ended by ${stopReason}`];
  const failed = errors.total > 0 ? [plural(errors.total, 'error')] : [];
  const said = [...parts, ...failed, ...ends].join('; ') || 'nothing completed';
  const behind = `${repeat === undefined ? '' : repeatText(repeat)}${on}: ${said}`;
  const room = width - columnsOf(`${head}${behind}`);
  return `${head}${cutInMiddle(sanitize(name), Math.max(SHORT_NAME, room))}${behind}`;
}

/** The same of each record of jobs that have ended. */
export function jobLines(
  records: readonly JobRecord[],
  { indexOf }: Pick<PlanClock, 'indexOf'>,
  width?: number,
): string[] {
  return records.map((record) => {
    const devices = records.filter(({ name }) => name === record.name).length;
    return jobLine(record, indexOf(record.name), devices, width);
  });
}
