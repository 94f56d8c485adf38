/** What a record of commands comes to, and whether all of them are in it. */
import type { RecordAbout } from '../../engine/spec/command-record.js';
import { statusName } from '../../engine/spec/status.js';
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram, percentileNs, summarizeCounts } from '../../engine/stats/percentiles.js';
import { formatCount, formatLatency, plural } from '../render/format.js';
import { tableLines } from '../render/table.js';
import { joinBlocks, sanitize, wrap } from '../render/terminal.js';
import { RECORDED_NAMES } from './operations.js';
import type { RecordedCommand } from './records.js';

interface Tally {
  readonly latencies: Float64Array;
  commands: number;
  failed: number;
  unanswered: number;
}

/** How a file ends. */
export interface RecordEnding {
  /** Commands that are in no record. */
  readonly lost: number;
  /** The controller ended in order, and the file with it. */
  readonly closed: boolean;
}

const nameOf = ({ qid, opcode }: RecordedCommand): string =>
  qid === 0 ? 'admin' : (RECORDED_NAMES.get(opcode) ?? `opcode ${opcode.toString(16).padStart(2, '0')}h`);

export class RecordSummary {
  readonly #about: RecordAbout;
  readonly #tallies = new Map<string, Tally>();
  readonly #failures = new Map<number, number>();
  #commands = 0;

  constructor(about: RecordAbout) {
    this.#about = about;
  }

  add(command: RecordedCommand): void {
    if (command.furtherRange) return;
    const name = nameOf(command);
    let tally = this.#tallies.get(name);
    if (tally === undefined) {
      tally = { latencies: emptyHistogram(), commands: 0, failed: 0, unanswered: 0 };
      this.#tallies.set(name, tally);
    }
    const { arrivalNs, completionNs, status } = command;
    this.#commands++;
    tally.commands++;
    if (completionNs === undefined) tally.unanswered++;
    else if (status === 0) tally.latencies[latencyIndex(completionNs - arrivalNs)]++;
    else {
      tally.failed++;
      this.#failures.set(status, (this.#failures.get(status) ?? 0) + 1);
    }
  }

  /** As plain data; latencies in ns, from fetching to the completion, of those that succeeded. */
  data({ lost, closed }: RecordEnding): Record<string, unknown> {
    const operations = [...this.#tallies].map(([name, { latencies, commands, failed, unanswered }]) => {
      const latencyNs = commands === failed + unanswered ? undefined : summarizeCounts(latencies);
      return [name, { commands, failed, unanswered, latencyNs }] as const;
    });
    const failures = [...this.#failures].map(([status, count]) => ({ status: statusName(status), count }));
    const commands = this.#commands;
    return { ...this.#about, commands, lost, closed, failures, operations: Object.fromEntries(operations) };
  }

  /** Lines of a report, with a line end. */
  text({ lost, closed }: RecordEnding, width: number): string {
    const { target, startedAt } = this.#about;
    const rows = [...this.#tallies].map(([name, { latencies, commands, failed, unanswered }]) => {
      const ended = commands - failed - unanswered;
      const { meanNs, maxNs } = summarizeCounts(latencies);
      const at = (percentile: number): string => formatLatency(percentileNs(latencies, percentile, ended));
      const times =
        ended === 0 ? ['-', '-', '-', '-'] : [formatLatency(meanNs), at(50), at(99), formatLatency(maxNs)];
      return [name, formatCount(commands), ...times, formatCount(failed), formatCount(unanswered)];
    });
    const heads = ['command', 'fetched', 'mean', 'p50', 'p99', 'max', 'failed', 'unanswered'];
    const failures = [...this.#failures].map(
      ([status, count]) => `${formatCount(count)} ${statusName(status)}`,
    );
    const whole =
      lost === 0
        ? 'no command is missing'
        : `${plural(lost, 'command')} MISSING: the file took them too slowly, or could not be written`;
    const notes = [
      ...(failures.length === 0 ? [] : [`failed: ${failures.join(', ')}`]),
      closed
        ? whole
        : `${whole}; NOT CLOSED: it has what was written before it was read, or before its controller was killed`,
    ];
    return joinBlocks([
      wrap(`${sanitize(target)}, ${sanitize(startedAt)}, ${plural(this.#commands, 'command')}`, width, 2),
      [
        ...tableLines(
          heads.map((head, i) => ({ head, align: i === 0 ? 'left' : 'right' })),
          rows,
          2,
        ),
        ...notes.flatMap((note) => wrap(note, width - 2, 2).map((line) => `  ${line}`)),
      ],
    ]);
  }
}
