/** What bdevperf prints, in either of its layouts, and the JSON that its RPC answers with. */
import { z } from 'zod';
import { grouped } from '../document/grouped.js';
import { MOST_AMOUNT } from '../document/machine.js';
import type { BenchResult, JobRecord, ResultWarning } from '../document/result.js';
import { firstStart } from '../document/runs.js';
import { sanitize } from '../render/terminal.js';
import { highestOf } from '../statistics/extremes.js';
import { type BdevperfJob, type BdevperfRun, bdevperfRuns, latencyPart } from './bdevperf-text.js';
import { type ImportOptions, importError, importedDocument } from './document.js';
import { namedApart } from './job-names.js';
import { linesOf, type PerfSettings, perfSettings, spdkVersion } from './spdk-command.js';
import { inTurn, spdkJob, spdkSettings, spdkTargets } from './spdk-job.js';
import { AMBIGUOUS_HEADINGS } from './spdk-perf.js';
import { totalWarnings } from './spdk-total.js';

const MS_PER_SECOND = 1000;
const NOTE = 'latency in software, as bdevperf took it';

const STATES_LEFT_OUT: ResultWarning = {
  code: 'imported-states-left-out',
  message: 'the imported text has several states of one run (-S): the last stands for it',
  advice: 'look at the text for the course of the run',
};

/** Jobs of one bdev and the same settings are one job, its cores being the workers. */
function jobsOf(
  jobs: readonly BdevperfJob[],
  above: PerfSettings,
  extra: readonly ResultWarning[],
  options: ImportOptions,
): JobRecord[] {
  const targets = spdkTargets([...new Set(jobs.map(({ row }) => row.device))], options.target);
  const keyOf = ({ row, settings: { runtimeMs: _runtimeMs, ...settings } }: BdevperfJob): string =>
    JSON.stringify([row.device, settings]);
  return grouped(jobs, keyOf).map((group): JobRecord => {
    const [{ row, settings }] = group;
    const rows = group.map((job) => job.row);
    const cores = new Set(rows.map(({ core }) => core));
    if (cores.size < rows.length)
      throw importError(
        `${sanitize(row.device)} on core mask ${row.core} has several rows`,
        'give one run at a time, from its line Running I/O on',
      );
    const ranMs = group.flatMap((job) => job.settings.runtimeMs ?? []);
    const longest = ranMs.length === 0 ? {} : { runtimeMs: highestOf(ranMs) };
    const known = spdkSettings({ ...above, ...settings, ...longest }, options);
    const target = targets.get(row.device) ?? row.device;
    const job = spdkJob(rows, target, known, options, NOTE);
    const ended = group.map(({ ended }) => ended).find((reason) => reason !== 'runtime') ?? 'runtime';
    return { ...job, stopReason: ended, warnings: [...job.warnings, ...extra] };
  });
}

interface Parts {
  readonly runs: readonly (readonly JobRecord[])[];
  readonly version: string;
  readonly config: BenchResult['config'];
  readonly warnings?: readonly ResultWarning[];
}

function documentOf(
  { runs, version, config, warnings: more = [] }: Parts,
  options: ImportOptions,
): BenchResult {
  const { jobs, warnings } = namedApart(inTurn(runs));
  const startedAt = new Date(firstStart(jobs));
  return importedDocument(
    {
      ...{ tool: 'bdevperf', version, startedAt, endedAt: options.importedAt, config, jobs },
      warnings: [...warnings, ...more],
    },
    options,
  );
}

/** Whether the text has figures of bdevperf. */
export function isBdevperf(text: string): boolean {
  return bdevperfRuns(linesOf(text)).length > 0;
}

/** The text of one run or several. Throws ReportError where it does not say what no option tells either. */
export function importBdevperf(text: string, options: ImportOptions): BenchResult {
  const lines = linesOf(text);
  const runs = bdevperfRuns(lines);
  if (runs.some(({ begun, states }) => !begun && states > 1))
    throw importError(
      'it has several tables, and does not say whether they are of one run',
      'give each run from its line Running I/O on',
    );
  const settingsOf = (run: BdevperfRun): PerfSettings => ({
    ...run.settings,
    ...perfSettings(runs.length === 1 ? lines : run.above),
  });
  const jobs = runs.map((run) => {
    const extra = [
      ...(run.states > 1 ? [STATES_LEFT_OUT] : []),
      ...(run.ambiguous ? [AMBIGUOUS_HEADINGS] : []),
    ];
    return jobsOf(run.jobs, settingsOf(run), extra, options);
  });
  const config = { runs: runs.map((run) => ({ ...settingsOf(run) })) };
  const rowsMissing = runs.flatMap((run) =>
    totalWarnings(
      run.jobs.map(({ row }) => row.iops),
      run.totalIops,
    ),
  );
  return documentOf({ runs: jobs, version: spdkVersion(lines), config, warnings: rowsMissing }, options);
}

const amount = z.number().nonnegative().max(MOST_AMOUNT);
const count = z.number().int().nonnegative();

const resultSchema = z.object({
  job: z.string(),
  core_mask: z.string().default(''),
  workload: z.string(),
  percentage: z.number().optional(),
  /** `finished`, `failed`, or `terminated` by the user. */
  status: z.string().default('finished'),
  queue_depth: count,
  io_size: count,
  /** Seconds. */
  runtime: amount.max(1e9),
  iops: amount,
  mibps: amount,
  io_failed: count.default(0),
  io_timeout: count.default(0),
  avg_latency_us: amount,
  min_latency_us: amount,
  max_latency_us: amount,
});

const answerSchema = z.object({ results: z.array(resultSchema).min(1) });

function jobOfResult(result: z.infer<typeof resultSchema>): BdevperfJob {
  const { job, core_mask: core, iops, status } = result;
  const { avg_latency_us: meanUs, min_latency_us: minUs, max_latency_us: maxUs } = result;
  return {
    row: {
      ...{ device: job, core, iops, mibPerSecond: result.mibps, percentilesNs: new Map() },
      ...latencyPart(meanUs, minUs, maxUs),
      failed: result.io_failed,
      timeouts: result.io_timeout,
    },
    settings: {
      rw: result.workload,
      ...(result.percentage === undefined ? {} : { rwmixread: result.percentage }),
      bsBytes: result.io_size,
      iodepth: result.queue_depth,
      runtimeMs: result.runtime * MS_PER_SECOND,
    },
    ended: status === 'finished' ? 'runtime' : status === 'terminated' ? 'interrupted' : 'errors',
  };
}

/** Whether parsed JSON is an answer of its RPC, by itself or within the message of the protocol. */
export function isBdevperfAnswer(json: unknown): boolean {
  return answerOf(json) !== undefined;
}

function answerOf(json: unknown): z.infer<typeof answerSchema> | undefined {
  const inner = z.object({ result: z.json() }).safeParse(json);
  return answerSchema.safeParse(inner.success ? inner.data.result : json).data;
}

/** The answers to perform_tests of one run or several. Throws ReportError. */
export function importBdevperfAnswers(all: readonly unknown[], options: ImportOptions): BenchResult {
  const answers = all.flatMap((json) => answerOf(json) ?? []);
  const runs = answers.map(({ results }) => jobsOf(results.map(jobOfResult), {}, [], options));
  return documentOf({ runs, version: '', config: {} }, options);
}
