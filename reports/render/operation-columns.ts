/** The figures of operations that tables for people show, with the percentiles that were asked for. */
import { percentileNs } from '../../engine/stats/percentiles.js';
import { countsOfOperation } from '../document/build.js';
import { OPERATION_FIGURES } from '../document/figures.js';
import type { HistogramReader } from '../document/histograms.js';
import type { OperationRecord } from '../document/result.js';
import { type Shown, shownOf } from './figures.js';

const shown = shownOf<OperationRecord>(OPERATION_FIGURES);

/** The figure of a percentile of the latency: as the document has it, else out of the histogram. */
function percentileColumn(
  percentile: number,
  counts: (record: OperationRecord) => Float64Array | undefined,
): Shown<OperationRecord> {
  const head = `p${percentile}`;
  const row = OPERATION_FIGURES.find((figure) => 'percentile' in figure && figure.percentile === percentile);
  if (row !== undefined) return { ...row, head };
  return {
    head,
    quantity: 'time',
    value(record) {
      const own = record.ios === 0 ? undefined : counts(record);
      return own && percentileNs(own, percentile);
    },
  };
}

/**
 * The columns in their order; `percentiles` in place of the usual ones where given. A column's `value` throws ReportError where
 * the histogram it needs cannot be read.
 */
export function operationColumns(
  percentiles: readonly number[] | undefined,
  reader: HistogramReader,
): readonly Shown<OperationRecord>[] {
  if (percentiles === undefined) return shown;
  let last: { readonly record: OperationRecord; readonly counts: Float64Array | undefined } | undefined;
  const counts = (record: OperationRecord): Float64Array | undefined => {
    if (last?.record !== record) last = { record, counts: countsOfOperation(record, reader) };
    return last.counts;
  };
  const first = shown.findIndex(({ percentile }) => percentile !== undefined);
  const chosen = percentiles.map((percentile) => percentileColumn(percentile, counts));
  return [
    ...shown.slice(0, first),
    ...chosen,
    ...shown.slice(first).filter(({ percentile }) => percentile === undefined),
  ];
}
