/** The text of spdk_nvme_perf as a result document: a job for each device, its cores being the workers. */
import type { BenchResult, JobRecord, ResultWarning } from '../document/result.js';
import { firstStart } from '../document/runs.js';
import { sanitize } from '../render/terminal.js';
import { type ImportOptions, importError, importedDocument } from './document.js';
import { namedApart } from './job-names.js';
import { linesOf, perfSettings, spdkVersion } from './spdk-command.js';
import { inTurn, type SpdkRow, spdkJob, spdkSettings, spdkTargets } from './spdk-job.js';
import { type PerfTable, perfTables } from './spdk-tables.js';
import { totalWarnings } from './spdk-total.js';

const NOTE = 'latency in software, as spdk_nvme_perf took it';

export const AMBIGUOUS_HEADINGS: ResultWarning = {
  code: 'imported-headings-ambiguous',
  message:
    'it is open of which device percentiles and histograms in the imported text are: they are left out',
  advice: 'run the tool with one device at a time',
};

/** Of -l: buckets that some drives count themselves, of reads and of writes. */
const DRIVE_LATENCY = /^\s*(?:Read|Write) Latency Statistics:\s*$/;

const DRIVE_LATENCY_LEFT_OUT: ResultWarning = {
  code: 'imported-drive-latency-left-out',
  message: 'the imported text has latencies that the drive counted (-l): they are left out',
  advice: "look at the text for them; the run's latencies are those that the tool took",
};

const DISTRIBUTION_CUT: ResultWarning = {
  code: 'imported-distribution-cut',
  message: 'percentiles or a histogram in the imported text lack their last lines: the text was cut',
  advice: 'give all that the tool printed',
};

const idle = (devices: readonly string[]): ResultWarning => ({
  code: 'imported-devices-idle',
  message: `devices of the imported run completed nothing, of which the tool prints no row: ${devices.map(sanitize).join(', ')}`,
  advice: 'look why: the other devices are imported without them',
});

/** Throws ReportError where rows cannot be told apart: their runs cannot either. */
function checkRows(rows: readonly SpdkRow[]): void {
  const seen = new Set<string>();
  const twice = rows.find((row) => seen.size === seen.add(JSON.stringify([row.device, row.core])).size);
  if (twice === undefined) return;
  throw importError(
    `${sanitize(twice.device)} from core ${twice.core} has two rows`,
    'give one run at a time, or each with its head (Device Information) and, where names are cut, of one device',
  );
}

function jobsOfTable({ rows, above, ambiguous }: PerfTable, options: ImportOptions): JobRecord[] {
  checkRows(rows);
  const settings = spdkSettings(perfSettings(above), options);
  const targets = spdkTargets([...new Set(rows.map(({ device }) => device))], options.target);
  return [...targets].map(([device, target]) => {
    const own = rows.filter((row) => row.device === device);
    const job = spdkJob(own, target, settings, options, NOTE);
    return ambiguous ? { ...job, warnings: [...job.warnings, AMBIGUOUS_HEADINGS] } : job;
  });
}

/** Whether the text has figures of spdk_nvme_perf. */
export function isSpdkPerf(text: string): boolean {
  return perfTables(linesOf(text)).some(({ rows }) => rows.length > 0);
}

/**
 * The text that spdk_nvme_perf prints, once or several times, with -L or -LL or without, and with its command line above
 * it or not. Throws ReportError where it has no figures, does not say what no option tells either, or where runs in it
 * cannot be told apart.
 */
export function importSpdkPerf(text: string, options: ImportOptions): BenchResult {
  const lines = linesOf(text);
  const all = perfTables(lines);
  const tables = all.filter(({ rows }) => rows.length > 0);
  if (tables.length === 0)
    throw importError(
      'it has no line of figures (DEVICE from core N: IOPS MiB/s Average min max)',
      'give what spdk_nvme_perf printed, or the file that fio --output-format=json+ --output=FILE wrote',
    );
  // Of one run the command line may stand anywhere.
  const [first, ...others] = tables;
  const told = others.length === 0 ? [{ ...first, above: lines }] : tables;
  const { jobs, warnings } = namedApart(inTurn(told.map((table) => jobsOfTable(table, options))));
  const startedAt = new Date(firstStart(jobs));
  const configs = told.map(({ above }) => {
    const { direction: _direction, ...config } = spdkSettings(perfSettings(above), options);
    return config;
  });
  return importedDocument(
    {
      ...{ tool: 'spdk_nvme_perf', version: spdkVersion(lines), startedAt, endedAt: options.importedAt },
      config: configs.length === 1 ? configs[0] : { runs: configs },
      jobs,
      warnings: [
        ...warnings,
        ...all.flatMap(({ rows, totalIops }) =>
          totalWarnings(
            rows.map(({ iops }) => iops),
            totalIops,
          ),
        ),
        ...tables.flatMap((table) => (table.idle.length > 0 ? [idle(table.idle)] : [])),
        ...(told.some(({ cut }) => cut) ? [DISTRIBUTION_CUT] : []),
        ...(lines.some((line) => DRIVE_LATENCY.test(line)) ? [DRIVE_LATENCY_LEFT_OUT] : []),
      ],
    },
    options,
  );
}
