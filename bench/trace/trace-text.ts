/** What a trace holds, for people. */

import {
  formatBytes,
  formatCount,
  formatDuration,
  formatIops,
  formatPercent,
  plural,
} from '../../reports/render/format.js';
import { tableLines } from '../../reports/render/table.js';
import { joinBlocks, labelled, sanitize, wrap } from '../../reports/render/terminal.js';
import { shownName } from '../files/stdio.js';
import type { Trace } from './builder.js';
import type { OperationHoldings, TraceHoldings } from './holdings.js';

const LABEL_WIDTH = 12;
/** Lengths that are shown of an operation. */
const MOST_LENGTHS = 4;

const percent = (share: number): string => formatPercent(share, 1);

function lengthsText({ lengths, ios }: OperationHoldings): string {
  if (lengths.length === 0) return '-';
  const shown = lengths.slice(0, MOST_LENGTHS);
  const rest = ios - shown.reduce((sum, each) => sum + each.ios, 0);
  const parts = shown.map((each) => `${formatBytes(each.bytes)} ${percent(each.ios / ios)}`);
  return [...parts, ...(rest > 0 ? [`others ${percent(rest / ios)}`] : [])].join(', ');
}

function rowOf(held: OperationHoldings, all: number): string[] {
  const { name, ios, bytes, sequential, lengths } = held;
  return [
    name,
    formatCount(ios),
    percent(ios / all),
    formatBytes(bytes),
    lengths.length === 0 ? '-' : percent(sequential),
    lengthsText(held),
  ];
}

function rateText({ iops, busiestIops, spanNs }: TraceHoldings): string {
  if (iops === undefined) return 'all at once';
  return `${formatIops(iops)} IOPS on average over ${formatDuration(spanNs)}, ${formatCount(busiestIops)} I/Os in its busiest second`;
}

/** Lines with a line end. */
export function traceText(
  { path, format }: Trace,
  held: TraceHoldings & {
    readonly operationsHash: { readonly value: string; readonly iosPerWorker: number };
  },
  width: number,
): string {
  const { ios, footprintBytes, footprintBlockBytes, firstByte, endBytes, outOfOrderIos, operationsHash } =
    held;
  const line = (label: string, text: string): string[] => labelled(label, text, LABEL_WIDTH, width);
  const heads = ['operation', 'I/Os', 'share', 'bytes', 'sequential', 'sizes'];
  return joinBlocks([
    wrap(`${sanitize(shownName(path))}: ${sanitize(format)}, ${plural(ios, 'I/O')}`, width, 2),
    [
      ...line('rate', rateText(held)),
      ...line(
        'footprint',
        `reads and writes touch ${formatBytes(footprintBytes)}, in blocks of ${formatBytes(footprintBlockBytes)}`,
      ),
      ...line('region', `from byte ${firstByte} to byte ${endBytes} (${formatBytes(endBytes)})`),
      ...line(
        'hash',
        `${operationsHash.value}, of its first ${plural(operationsHash.iosPerWorker, 'I/O')}: the operationsHash of a job that plays it`,
      ),
      ...(outOfOrderIos === 0
        ? []
        : line(
            'order',
            `${plural(outOfOrderIos, 'I/O')} with a time before that of the one ahead: due with it`,
          )),
    ],
    tableLines(
      heads.map((head, i) => ({ head, align: i === 0 || i === heads.length - 1 ? 'left' : 'right' })),
      held.operations.map((each) => rowOf(each, ios)),
      2,
    ),
  ]);
}
