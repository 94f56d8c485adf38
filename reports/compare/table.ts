/** The figures of a comparison as words, the same for every format. */
import { formatPercent, plural } from '../render/format.js';
import { QUANTITIES } from '../render/quantity.js';
import type { ComparedJob, Comparison } from './compare.js';
import { isCounted, type Metric, quantityOf } from './metrics.js';
import type { Matrix } from './ranking.js';
import type { SeriesKey } from './series.js';
import type { JudgedChange } from './verdict.js';

/** A figure with its unit. */
export function figureText(metric: Metric, value: number | undefined): string {
  if (value === undefined) return '-';
  return QUANTITIES[quantityOf(metric)].text(value);
}

/** A ratio as a change: +5.2 %, -0.1 %. */
export function changeText(ratio: number | undefined): string {
  if (ratio === undefined) return '-';
  const percent = (ratio - 1) * 100;
  const digits = Math.abs(percent) < 99.95 ? 1 : 0;
  const text = percent.toFixed(digits);
  return `${Number(text) > 0 ? '+' : ''}${Number(text) === 0 ? (0).toFixed(digits) : text} %`;
}

/** An interval of ratios as changes: +1.0 % to +3.2 %. */
export function intervalText(interval: readonly [number, number] | undefined): string {
  return interval === undefined ? '-' : `${changeText(interval[0])} to ${changeText(interval[1])}`;
}

/** A p-value to four digits. */
export function pText(p: number | undefined): string {
  if (p === undefined) return '-';
  return p < 0.0001 ? '<0.0001' : p.toFixed(4);
}

export const TABLE_HEADS = ['metric', 'base', 'new', 'change', 'interval', 'p', 'verdict'] as const;

/** The cells of one metric, in the order of TABLE_HEADS. */
export function changeCells(change: JudgedChange): string[] {
  const { metric, base, next, ratio, interval, pAdjusted, verdict } = change;
  return [
    metric,
    figureText(metric, base),
    figureText(metric, next),
    changeText(ratio),
    intervalText(interval),
    pText(pAdjusted),
    verdict,
  ];
}

/** For example `randread read on device 2`, or of an import `randread read on host1`. */
export function seriesText({ job, role, place, direction }: SeriesKey): string {
  const device = role === 0 ? '' : ` on device ${role + 1}`;
  return `${job} ${direction}${place === undefined ? device : ` on ${place}`}`;
}

/** What must be read before any figure, each once. */
export function noticesOf(comparisons: readonly Comparison[]): string[] {
  return [...new Set(comparisons.flatMap(({ notices }) => notices))];
}

/** Every job of several comparisons with the same base, each once. */
function jobsOf(comparisons: readonly Comparison[]): ComparedJob[] {
  const jobs = comparisons.flatMap((comparison) => comparison.jobs);
  return [...new Map(jobs.toReversed().map((job) => [seriesText(job), job])).values()].toReversed();
}

export interface MatrixRow {
  readonly series: string;
  readonly metric: Metric;
  /** The figure that the others are held against. */
  readonly base: string;
  /** A change for each other result; undefined where it lacks the job or the metric. */
  readonly changes: readonly (JudgedChange | undefined)[];
}

/** A row for each metric of each job that any of the results has. */
export function matrixRows({ comparisons }: Matrix): MatrixRow[] {
  return jobsOf(comparisons).flatMap((job) => {
    const series = seriesText(job);
    const others = comparisons.map(({ jobs }) => jobs.find((each) => seriesText(each) === series));
    return job.metrics.map(({ metric, base }) => ({
      series,
      metric,
      base: figureText(metric, base),
      changes: others.map((other) => other?.metrics.find((change) => change.metric === metric)),
    }));
  });
}

/** For example `+5.2 % better`; `-` where there is none. */
export const judgedText = (change: JudgedChange | undefined): string =>
  change === undefined ? '-' : `${changeText(change.ratio)} ${change.verdict}`;

/** Jobs that one side lacks, by the side: `randread read is in the base results only`. */
export function aloneTexts({ unmatched }: Pick<Comparison, 'unmatched'>): string[] {
  return unmatched.map((key) => `${seriesText(key)} is in the ${key.side} results only`);
}

/** Jobs that one side lacks, by the names of the results: `randread read is in a.json, not in b.json`. */
export function unmatchedTexts({ base, next, unmatched }: Comparison): string[] {
  return unmatched.map((key) => {
    const [has, lacks] = key.side === 'base' ? [base, next] : [next, base];
    return `${seriesText(key)} is in ${has.join(', ')}, not in ${lacks.join(', ')}`;
  });
}

/** What the job's figures rest on: `5 against 5 runs`, `10 against 10 repeats`. */
export function basisText({ basis, observations, runs, history, blockIntervals }: ComparedJob): string {
  const [base, next] = observations;
  const told = history === 0 ? '' : `, and ${plural(history, 'run')} of the history`;
  if (basis === 'single') return `${runs[0]} against ${plural(runs[1], 'run')} without variation${told}`;
  if (basis !== 'intervals') return `${base} against ${next} ${basis}${told}`;
  return `${base} against ${next} blocks of ${plural(blockIntervals, 'interval')}${told}`;
}

const percentOf = (ratio: number): number => Number(((ratio - 1) * 100).toFixed(1));

/** Whether the change has another sign than the figures beside it, which are of another kind. */
function contradicts({ base, next, ratio }: JudgedChange): boolean {
  if (base === undefined || next === undefined || ratio === undefined || base === 0) return false;
  return percentOf(ratio) * percentOf(next / base) < 0;
}

/** Says so of a change that has another sign than the figures beside it; undefined of any other. */
export function contradictionText(change: JudgedChange): string | undefined {
  if (!contradicts(change)) return undefined;
  if (isCounted(change.metric))
    return 'the change is that of their shares of the I/Os, and of another sign than that of the numbers beside it';
  const pairs = change.test === 'signed-rank' ? 'over the blocks' : 'of all pairs of runs';
  return `the change is that ${pairs}, and of another sign than that of the medians beside it`;
}

/** Reasons of verdicts, and what of a change may puzzle, each once with its metrics: `p99, p99.9: the variation hides it`. */
export function reasonTexts(job: Pick<ComparedJob, 'metrics'>): string[] {
  const byReason = new Map<string, Metric[]>();
  const add = (reason: string, metric: Metric): void =>
    void byReason.set(reason, [...(byReason.get(reason) ?? []), metric]);
  for (const change of job.metrics) {
    if (change.reason !== undefined) add(change.reason, change.metric);
    const contradiction = contradictionText(change);
    if (contradiction !== undefined) add(contradiction, change.metric);
  }
  return [...byReason].map(([reason, metrics]) =>
    metrics.length === job.metrics.length ? reason : `${metrics.join(', ')}: ${reason}`,
  );
}

/** For example `2 worse, 1 better, 5 same, 3 inconclusive`. */
export function countsText({ counts }: Pick<Comparison, 'counts'>): string {
  return (['worse', 'better', 'same', 'inconclusive'] as const)
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${verdict}`)
    .join(', ');
}

/** How the verdicts were made, a sentence. */
export function methodText({ confidence, margin }: Comparison): string {
  return (
    `Confidence ${formatPercent(confidence)}, margin ${formatPercent(margin)}. ` +
    'From 4 runs a side on: Hodges-Lehmann, p and interval of the Mann-Whitney U test; of fewer: Student, by how runs differ. ' +
    'Corrected within each job, IOPS first, and over the jobs, after Benjamini, Hochberg and Bogomolov.'
  );
}
