/** What a log of single I/Os comes to, held against what its job counted. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram, percentileNs, summarizeCounts } from '../../engine/stats/percentiles.js';
import { formatCount, formatDuration, formatLatency, plural } from '../render/format.js';
import { tableLines } from '../render/table.js';
import { joinBlocks, sanitize, wrap } from '../render/terminal.js';
import type { LogAbout } from './header.js';
import type { LoggedIo } from './records.js';

interface Tally {
  readonly latencies: Float64Array;
  ios: number;
  failed: number;
  late: number;
}

export class LogSummary {
  readonly #about: LogAbout;
  readonly #tallies = new Map<string, Tally>();

  constructor(about: LogAbout) {
    this.#about = about;
  }

  add({ operation, latencyNs, status, late }: LoggedIo): void {
    let tally = this.#tallies.get(operation);
    if (tally === undefined) {
      tally = { latencies: emptyHistogram(), ios: 0, failed: 0, late: 0 };
      this.#tallies.set(operation, tally);
    }
    if (status !== 0) tally.failed++;
    else if (late) tally.late++;
    else {
      tally.ios++;
      tally.latencies[latencyIndex(latencyNs)]++;
    }
  }

  /** How its I/Os of the measured time differ from what the job counted, as clauses; none where they agree. */
  #differences(): string[] {
    const { counted = {} } = this.#about;
    const names = new Set([...Object.keys(counted), ...this.#tallies.keys()]);
    return [...names].flatMap((name) => {
      const [logged, told] = [this.#tallies.get(name)?.ios ?? 0, counted[name] ?? 0];
      return logged === told ? [] : [`${formatCount(logged)} ${name} of ${formatCount(told)}`];
    });
  }

  #isWhole(): boolean {
    const { complete, droppedIos = 0 } = this.#about;
    return complete && droppedIos === 0 && this.#differences().length === 0;
  }

  /** A sentence on whether it is whole. */
  #wholeness(): string {
    const { complete, droppedIos = 0 } = this.#about;
    if (!complete)
      return 'INCOMPLETE: the job had not ended when this was written; it has what was written until then';
    if (this.#isWhole()) return 'whole: as many I/Os of each operation as the job counted';
    const differences = this.#differences();
    const dropped =
      droppedIos === 0 ? '' : `; ${plural(droppedIos, 'I/O')} found no room or could not be written`;
    return `NOT WHOLE: it has ${differences.length === 0 ? 'what the job counted' : differences.join(', ')}${dropped}`;
  }

  /** The same as plain data: latencies in ns, those of the measured time. */
  data(): Record<string, unknown> {
    const { job, target, startedAt, elapsedNs, complete, droppedIos = 0 } = this.#about;
    const operations = [...this.#tallies].map(([name, { latencies, ios, failed, late }]) => {
      const latencyNs = ios === 0 ? undefined : summarizeCounts(latencies);
      return [name, { ios, failed, late, latencyNs }] as const;
    });
    const about = { job, target, startedAt, elapsedNs, complete, droppedIos, whole: this.#isWhole() };
    return { ...about, operations: Object.fromEntries(operations) };
  }

  /** Lines of a report, with a line end. */
  text(width: number): string {
    const { job, target, startedAt, elapsedNs } = this.#about;
    const rows = [...this.#tallies].map(([name, { latencies, ios, failed, late }]) => {
      const { meanNs, maxNs } = summarizeCounts(latencies);
      const at = (percentile: number): string => formatLatency(percentileNs(latencies, percentile, ios));
      return [
        sanitize(name),
        formatCount(ios),
        ...(ios === 0
          ? ['-', '-', '-', '-', '-']
          : [formatLatency(meanNs), at(50), at(99), at(99.9), formatLatency(maxNs)]),
        formatCount(failed),
        formatCount(late),
      ];
    });
    const heads = ['operation', 'I/Os', 'mean', 'p50', 'p99', 'p99.9', 'max', 'failed', 'late'];
    const measured = elapsedNs === undefined ? '' : `, ${formatDuration(elapsedNs)} measured`;
    return joinBlocks([
      wrap(`${sanitize(job)} on ${sanitize(target)}, ${sanitize(startedAt)}${measured}`, width, 2),
      [
        ...tableLines(
          heads.map((head, i) => ({ head, align: i === 0 ? 'left' : 'right' })),
          rows,
          2,
        ),
        ...wrap(sanitize(this.#wholeness()), width - 2, 2).map((line) => `  ${line}`),
      ],
    ]);
  }
}
