/** GitHub-flavoured Markdown: a section for each result, for a pull request or a step summary. */

import { JOB_FIGURES } from '../document/figures.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import { laterSettings } from '../document/job-workload.js';
import { deviceNotices, incompleteReason } from '../document/notices.js';
import { recoveryTexts } from '../document/recovery.js';
import type { BenchResult, DeviceRecord, HostRecord, JobRecord, ResultWarning } from '../document/result.js';
import { hostOf, operationRows, operationsOf, titleOf } from '../document/rows.js';
import { badBlockTexts, verificationText } from '../document/verification.js';
import { driveStateFacts } from '../render/drive-state.js';
import { errorTexts } from '../render/errors.js';
import { cellOf, headsOf, healthOf, measuredOf } from '../render/figures.js';
import { flashOf } from '../render/flash.js';
import { formatCapacity, formatDuration, plural } from '../render/format.js';
import { gateTable } from '../render/gate-table.js';
import { kernelFacts } from '../render/kernel-path.js';
import { type MonitorTable, monitorTables } from '../render/latency-monitor.js';
import { escapeMarkdown, markdownTable, titledMarkdownTable } from '../render/markdown.js';
import { operationColumns } from '../render/operation-columns.js';
import { purgeTexts } from '../render/purges.js';
import { type RoundsView, roundsViews, withoutRounds } from '../render/rounds.js';
import { sizesText } from '../render/sizes.js';
import { MOST_SLOWEST, slowestTable } from '../render/slowest.js';
import { sweepTables } from '../render/sweep-table.js';
import { lbaText } from './lba-text.js';

type Row = readonly string[];

/** Where a row belongs: host and device where there are several, and the job. */
function contextOf(result: BenchResult, job: JobRecord): Row {
  return [
    ...(result.hosts === undefined ? [] : [escapeMarkdown(hostOf(result, job)?.hostname ?? 'all')]),
    escapeMarkdown(titleOf(job)),
    ...(result.devices.length > 1 ? [escapeMarkdown(job.target)] : []),
  ];
}

function contextHeads(result: BenchResult): Row {
  return [
    ...(result.hosts === undefined ? [] : ['host']),
    'job',
    ...(result.devices.length > 1 ? ['device'] : []),
  ];
}

function workload(job: JobRecord): string {
  const mix = job.rwmixread === undefined ? '' : ` ${job.rwmixread} % reads`;
  const settings = laterSettings(job).map((text) => `, ${escapeMarkdown(text)}`);
  return `${escapeMarkdown(job.rw)}${mix} ${sizesText(job)}, depth ${job.iodepth}, ${plural(job.numjobs, 'worker')}${settings.join('')}`;
}

function figures(
  result: BenchResult,
  reader: HistogramReader,
  percentiles: readonly number[] | undefined,
): string[] {
  const columns = operationColumns(percentiles, reader);
  const heads = [...contextHeads(result), 'workload', 'direction'];
  const rows = operationRows([result]).map(({ job, name, record }) => [
    ...contextOf(result, job),
    workload(job),
    name,
    ...columns.map((figure) => cellOf(figure, record, job)),
  ]);
  return rows.length === 0 ? [] : markdownTable([...heads, ...headsOf(columns)], heads.length, rows);
}

/** Sweeps as tables, each below its title. */
function sweeps(result: BenchResult): string[] {
  return sweepTables(result).flatMap((table, i) => [
    ...(i === 0 ? ['### Sweeps'] : []),
    '',
    ...titledMarkdownTable(table),
  ]);
}

/** What is told of jobs as a whole. */
function wholes(result: BenchResult): string[] {
  const told = result.jobs.filter((job) => measuredOf<JobRecord>(JOB_FIGURES, [job]).length > 0);
  const measured = measuredOf<JobRecord>(JOB_FIGURES, told);
  if (measured.length === 0) return [];
  const heads = contextHeads(result);
  const rows = told.map((job) => [
    ...contextOf(result, job),
    ...measured.map((figure) => cellOf(figure, job)),
  ]);
  return markdownTable([...heads, ...headsOf(measured)], heads.length, rows);
}

/** A job by its name, with its device where there are several. */
function nameOf(result: BenchResult, job: JobRecord): string {
  const several = result.devices.length > 1 ? ` on ${job.target}` : '';
  return escapeMarkdown(`${titleOf(job)}${several}`);
}

/** The slowest I/Os of the jobs that kept them, each job's below its name. */
function slowest(result: BenchResult): string[] {
  return result.jobs.flatMap((job) => {
    const table = slowestTable(job, MOST_SLOWEST);
    if (table === undefined) return [];
    const { heads, rows, leftOut } = table;
    return [
      '',
      `**${nameOf(result, job)}**`,
      '',
      ...markdownTable(heads, 1, rows),
      ...(leftOut === undefined ? [] : ['', escapeMarkdown(leftOut)]),
    ];
  });
}

function deviceText(result: BenchResult, device: DeviceRecord): string {
  const { modelNumber, serialNumber, firmwareRevision, capacityBytes, transport } = device;
  const health = healthOf(device);
  const flash = flashOf(device);
  const facts = [
    escapeMarkdown(modelNumber),
    `serial ${escapeMarkdown(serialNumber)}`,
    `firmware ${escapeMarkdown(firmwareRevision)}`,
    formatCapacity(capacityBytes),
    lbaText(device),
    escapeMarkdown(transport),
    ...kernelFacts(device).map(([name, text]) => `${name} ${escapeMarkdown(text)}`),
    ...driveStateFacts(device).map(([name, text]) => `${name} ${escapeMarkdown(text)}`),
    ...(health === '' ? [] : [health]),
    ...(flash === '' ? [] : [flash]),
    ...purgeTexts(result, device).map(escapeMarkdown),
  ];
  return `- **${escapeMarkdown(device.target)}**: ${facts.join(', ')}`;
}

function hostText(host: HostRecord): string {
  const facts = [
    host.cpuModel === '' ? '' : `${escapeMarkdown(host.cpuModel)} (${host.cpuCount} CPUs)`,
    host.kernel === '' ? '' : `Linux ${escapeMarkdown(host.kernel)}`,
    host.governor === null ? '' : `governor ${escapeMarkdown(host.governor)}`,
    host.node === '' ? '' : `Node.js ${escapeMarkdown(host.node)}`,
  ].filter((fact) => fact !== '');
  return `- host **${escapeMarkdown(host.hostname === '' ? 'not known' : host.hostname)}**${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`;
}

function warningText({ code, message, advice }: ResultWarning): string {
  const name = /^[\w-]+$/.test(code) ? `\`${code}\`` : escapeMarkdown(code);
  return `- ${name}: ${escapeMarkdown(message)}${advice === '' ? '' : `; ${escapeMarkdown(advice)}`}`;
}

function notices(result: BenchResult): string[] {
  const lines = new Set<string>();
  for (const notice of deviceNotices(result.devices)) lines.add(`**${escapeMarkdown(notice)}**`);
  if (result.imported !== undefined) {
    const { tool, version } = result.imported;
    lines.add(`Measured by ${escapeMarkdown(`${tool} ${version}`.trim())}, imported by nvbench.`);
  }
  const incomplete = incompleteReason(result);
  if (incomplete !== undefined) lines.add(`**INCOMPLETE: ${escapeMarkdown(incomplete)}**`);
  return [...lines].flatMap((line, i) => (i === 0 ? [`> ${line}`] : ['>', `> ${line}`]));
}

function troubles(result: BenchResult): string[] {
  return result.jobs.flatMap((job) => {
    const name = escapeMarkdown(titleOf(job));
    const texts = [...errorTexts(job), ...recoveryTexts(job)];
    const lines = texts.map((text) => `- ${name}: ${escapeMarkdown(text)}`);
    for (const block of job.verification?.shown ?? []) {
      const [what, ...bytes] = badBlockTexts(block);
      lines.push(`- ${name}: ${escapeMarkdown(what)}${bytes.map((text) => `<br>\`${text}\``).join('')}`);
    }
    if (operationsOf(job).length === 0) lines.push(`- ${name}: no I/O was measured (${job.stopReason})`);
    return lines;
  });
}

function gateLines({ gates = [] }: BenchResult): string[] {
  return gates.length === 0 ? [] : ['### Gates', '', ...gateTable(gates)];
}

function monitorSection({ title, heads, rows, kept, note }: MonitorTable): string[] {
  return [
    `### ${escapeMarkdown(title)}`,
    '',
    ...(rows.length === 0 ? [] : [...markdownTable(heads, 2, rows), '']),
    ...kept.map((text) => `- ${escapeMarkdown(text)}`),
    ...(kept.length === 0 ? [] : ['']),
    escapeMarkdown(note),
  ];
}

function roundsSection({ title, verdict, measured, convergence }: RoundsView): string[] {
  const tables = [...measured, convergence].flatMap((table) => ['', ...titledMarkdownTable(table)]);
  return [`### ${escapeMarkdown(title)}`, '', escapeMarkdown(verdict), ...tables];
}

/** A line for each job that verifies. */
function verified(result: BenchResult): string[] {
  return result.jobs.flatMap((job) =>
    job.verification === undefined
      ? []
      : [`- ${nameOf(result, job)}: verified: ${escapeMarkdown(verificationText(job.verification))}`],
  );
}

/** A line for each job that is not valid. */
function verdictLines({ jobs }: BenchResult): string[] {
  return jobs.flatMap((job) => {
    const { level = 'valid', reasons = [] } = job.verdict ?? {};
    return level === 'valid'
      ? []
      : [`- ${escapeMarkdown(titleOf(job))}: **${level}** (${reasons.map(escapeMarkdown).join(', ')})`];
  });
}

function section(
  result: BenchResult,
  reader: HistogramReader,
  percentiles: readonly number[] | undefined,
): string {
  const warnings = [...result.warnings, ...result.jobs.flatMap((job) => job.warnings)].map(warningText);
  const elapsedNs = result.jobs.reduce((sum, job) => sum + job.elapsedNs, 0);
  const errors = troubles(result);
  const verdicts = verdictLines(result);
  const slow = slowest(result);
  const blocks = [
    [`## nvbench ${escapeMarkdown(result.startedAt)}`],
    notices(result),
    ...roundsViews(result, reader).map(roundsSection),
    sweeps(withoutRounds(result)),
    figures(result, reader, percentiles),
    wholes(result),
    verified(result),
    [`${plural(result.jobs.length, 'job')}, ${formatDuration(elapsedNs)} measured.`],
    gateLines(result),
    verdicts.length === 0 ? [] : ['### Verdicts', '', ...verdicts],
    slow.length === 0 ? [] : ['### Slowest I/Os', ...slow],
    ...monitorTables(result, reader).map(monitorSection),
    errors.length === 0 ? [] : ['### Errors', '', ...errors],
    warnings.length === 0 ? [] : ['### Warnings', '', ...new Set(warnings)],
    [
      '### Where',
      '',
      ...result.devices.map((device) => deviceText(result, device)),
      ...(result.hosts ?? [result.host]).map(hostText),
    ],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** Throws ReportError where a histogram that it needs, for a percentile or a drive with a latency monitor, cannot be read. */
export function formatMarkdown(results: readonly BenchResult[], percentiles?: readonly number[]): string {
  const documents = results.map((result) => ({ result }));
  return readingHistograms(documents, (reader) =>
    results.map((result) => section(result, reader, percentiles)).join('\n'),
  );
}
