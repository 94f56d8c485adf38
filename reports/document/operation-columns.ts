/** The figures of operations that tables for people show, with the percentiles that were asked for. */
import { percentileNs } from '../../engine/stats/percentiles.js';
import { countsOfOperation } from './build.js';
import { type Figure, OPERATION_FIGURES } from './figures.js';
import type { HistogramReader } from './histograms.js';
import type { OperationRecord } from './result.js';

type Column = Figure<OperationRecord>;

const rows: readonly Column[] = OPERATION_FIGURES;
const shown = rows.filter(({ head }) => head !== undefined);

/** The figure of a percentile of the latency: as the document has it, else out of the histogram. */
function percentileColumn(
  percentile: number,
  counts: (record: OperationRecord) => Float64Array | undefined,
): Column {
  const head = `p${percentile}`;
  const row = rows.find((figure) => figure.percentile === percentile);
  if (row !== undefined) return { ...row, head };
  return {
    name: head,
    what: `percentile ${percentile} of the latency`,
    quantity: 'time',
    better: 'lower',
    column: '',
    head,
    percentile,
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
): readonly Column[] {
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
