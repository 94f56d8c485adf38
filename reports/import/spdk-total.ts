/** The last line of a table of SPDK's tools, the total of its rows: a text that was cut has none, or another. */
import type { ResultWarning } from '../document/result.js';

/** Each row is rounded by itself. */
const MOST_ROUNDED = 0.01;

/** Rows that a text lacks, as far as their total tells, which is undefined where it has none. */
export function totalWarnings(rowsIops: readonly number[], totalIops: number | undefined): ResultWarning[] {
  const iops = rowsIops.reduce((sum, each) => sum + each, 0);
  if (totalIops !== undefined && Math.abs(totalIops - iops) <= MOST_ROUNDED * (rowsIops.length + 1))
    return [];
  return [
    {
      code: 'imported-rows-missing',
      message:
        totalIops === undefined
          ? 'the imported text has no line with the total of its rows: it may be cut, and rows missing'
          : `the rows of the imported text add up to ${iops} IOPS, and their total is ${totalIops}: rows are missing`,
      advice: 'give all that the tool printed',
    },
  ];
}
