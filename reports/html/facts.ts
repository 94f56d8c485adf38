/** What the page says in words: notices, cards, the table of figures, warnings, devices and hosts. */

import { JOB_FIGURES, OPERATION_FIGURES, type OperationFacts } from '../document/figures.js';
import { foldWarnings } from '../document/fold-warnings.js';
import { healthText } from '../document/health-record.js';
import type { HistogramReader } from '../document/histograms.js';
import { laterSettings } from '../document/job-workload.js';
import { deviceNotices, incompleteReason } from '../document/notices.js';
import { recoveryTexts } from '../document/recovery.js';
import type { BenchResult, DeviceRecord, HostRecord, JobRecord } from '../document/result.js';
import { type OperationRow, operationRows } from '../document/rows.js';
import { steadyText } from '../document/steady-record.js';
import { sureText } from '../document/sure-record.js';
import { badBlockTexts, verificationText } from '../document/verification.js';
import { driveStateFacts } from '../render/drive-state.js';
import { errorTexts } from '../render/errors.js';
import { cellOf, headsOf, healthOf, measuredOf, shownOf } from '../render/figures.js';
import { flashOf } from '../render/flash.js';
import {
  formatBytes,
  formatCapacity,
  formatCount,
  formatDuration,
  formatIops,
  formatLatency,
  formatMibPerSecond,
  plural,
} from '../render/format.js';
import { escapeHtml, nameHtml, tableHtml, wordsHtml } from '../render/html.js';
import { kernelFacts } from '../render/kernel-path.js';
import { monitorTables } from '../render/latency-monitor.js';
import { ALL_IN_CSV, firstOf } from '../render/left-out.js';
import { purgeTexts } from '../render/purges.js';
import { sizesText } from '../render/sizes.js';
import { slowestTable } from '../render/slowest.js';
import { spoiltOf } from '../render/spoilt.js';
import { clipped } from '../render/terminal.js';
import { noticeHtml } from './page.js';

const MAX_CARDS = 8;
/** More rows than this no reader of a table follows. */
const MOST_ROWS = 1000;
const MOST_ITEMS = 200;
const MOST_PLACES = 50;
const MOST_NOTICES = 20;
const MOST_LABEL = 200;

/** A paragraph on what is left out; '' where that is nothing. */
export function leftOutHtml(leftOut: string | undefined): string {
  return leftOut === undefined ? '' : `<p class="sub">${escapeHtml(leftOut)}</p>`;
}

/** A job's name with what tells it from others of its result. */
export function jobLabel(result: BenchResult, job: JobRecord): string {
  const device = result.devices.length > 1 ? ` on ${job.target}` : '';
  const host =
    result.hosts === undefined ? '' : ` (${result.hosts[job.hostIndex ?? -1]?.hostname ?? 'all hosts'})`;
  const repeat = job.repeat === undefined ? '' : `, repeat ${job.repeat.index + 1} of ${job.repeat.count}`;
  return clipped(`${job.name}${device}${host}`, MOST_LABEL) + repeat;
}

/** What must be read before any figure. */
export function noticesHtml(results: readonly BenchResult[]): string {
  const texts = new Set<string>();
  for (const result of results) {
    for (const notice of deviceNotices(result.devices)) texts.add(notice);
    if (result.imported !== undefined)
      texts.add(
        `Measured by ${`${result.imported.tool} ${result.imported.version}`.trim()}, imported by nvbench`,
      );
    const incomplete = incompleteReason(result);
    if (incomplete !== undefined) texts.add(`INCOMPLETE: ${incomplete}`);
  }
  const { kept, leftOut } = firstOf(
    [...texts],
    MOST_NOTICES,
    'notices',
    'nvbench show --view devices has all',
  );
  return `${kept.map(noticeHtml).join('\n')}${leftOutHtml(leftOut)}`;
}

const latency = (ns: number | undefined): string => (ns === undefined ? '-' : formatLatency(ns));

function card({ result, job, name, record }: OperationRow, why: string): string {
  const facts = [`p50 ${latency(record.latencyNs.p50)}`, `p99 ${latency(record.latencyNs.p99)}`];
  const errors = record.errors > 0 ? `<p class="bad">${plural(record.errors, 'error')}</p>` : '';
  return `<li><h3>${nameHtml(`${why}${jobLabel(result, job)} ${name}`)}</h3><p class="big">${formatIops(record.iops)} <small>IOPS</small></p><p>${escapeHtml(facts.join(', '))}; ${formatMibPerSecond(record.bandwidthBytesPerSecond)} MiB/s</p>${errors}</li>`;
}

interface Highlight {
  readonly row: OperationRow;
  readonly why: string;
}

/** Every row that measured I/O, or where there are many of the best and the worst. */
export function highlightsOf(result: BenchResult): Highlight[] {
  const rows = operationRows([result]).filter(({ record }) => record.ios > 0);
  if (rows.length <= MAX_CARDS) return rows.map((row) => ({ row, why: '' }));
  const [most] = rows.toSorted((a, b) => b.record.iops - a.record.iops);
  const byTail = rows
    .filter(({ record }) => record.latencyNs.p99 !== undefined)
    .sort((a, b) => (a.record.latencyNs.p99 ?? 0) - (b.record.latencyNs.p99 ?? 0));
  const [lowest, highest] = [byTail[0], byTail[byTail.length - 1]];
  return [
    { row: most, why: 'Most IOPS: ' },
    ...(lowest === undefined ? [] : [{ row: lowest, why: 'Lowest p99: ' }]),
    ...(highest === undefined ? [] : [{ row: highest, why: 'Highest p99: ' }]),
  ];
}

export function cardsHtml(result: BenchResult): string {
  const cards = highlightsOf(result).map(({ row, why }) => card(row, why));
  return cards.length === 0 ? '<p>No I/O was measured.</p>' : `<ul class="cards">${cards.join('')}</ul>`;
}

const FIGURES = shownOf<OperationFacts>(OPERATION_FIGURES);

export function figuresTable(result: BenchResult): string {
  const { kept, leftOut } = firstOf(operationRows([result]), MOST_ROWS, 'rows', ALL_IN_CSV);
  const rows = kept.map(({ job, name, record }) => [
    `${jobLabel(result, job)} ${name}`,
    ...FIGURES.map((figure) => cellOf(figure, record, job)),
  ]);
  const table = tableHtml('Figures of all jobs', ['job', ...headsOf(FIGURES)], rows);
  return `${table}${leftOutHtml(leftOut)}`;
}

/** What is told of jobs as a whole; '' where that is nothing. */
export function wholesTable(result: BenchResult): string {
  const all = result.jobs.filter((job) => measuredOf<JobRecord>(JOB_FIGURES, [job]).length > 0);
  const { kept: told, leftOut } = firstOf(all, MOST_ROWS, 'jobs', ALL_IN_CSV);
  const measured = measuredOf<JobRecord>(JOB_FIGURES, told);
  if (measured.length === 0) return '';
  const rows = told.map((job) => [jobLabel(result, job), ...measured.map((figure) => cellOf(figure, job))]);
  const table = tableHtml('Figures of jobs as a whole', ['job', ...headsOf(measured)], rows);
  return `${table}${leftOutHtml(leftOut)}`;
}

/** An item for each verdict that is not valid. */
function verdictItems(result: BenchResult): string[] {
  return spoiltOf(result.jobs).map(({ verdict: { level, reasons }, first, more }) => {
    const codes = reasons.map((code) => `<code>${escapeHtml(code)}</code>`).join(', ');
    return `<li${level === 'invalid' ? ' class="bad"' : ''}>${escapeHtml(`${jobLabel(result, first)}${more} — `)}<strong>${level}</strong>: ${codes}</li>`;
  });
}

/** The first bad blocks of a job that verifies: bytes below each other. */
function badBlockItems(result: BenchResult, job: JobRecord): string[] {
  return (job.verification?.shown ?? []).map((block) => {
    const [what, ...bytes] = badBlockTexts(block).map(escapeHtml);
    const lines = bytes.map((line) => `<br><code>${line}</code>`).join('');
    return `<li class="bad">${escapeHtml(`${jobLabel(result, job)} — `)}${what}${lines}</li>`;
  });
}

/** Verdicts, errors and warnings of run and jobs, each once; those of several jobs say of how many. */
export function warningsHtml(result: BenchResult): string {
  const folded = foldWarnings(result);
  const all = [
    ...[...result.warnings, ...folded.shared].map((warning) => ({ ...warning, where: '' })),
    ...result.jobs.flatMap((job) =>
      folded.ownOf(job).map((warning) => ({ ...warning, where: `${jobLabel(result, job)} — ` })),
    ),
  ];
  const warnings = all.map(
    ({ code, message, advice, where }) =>
      `<li><strong>${escapeHtml(where)}${wordsHtml(message)}</strong> <code>${escapeHtml(code)}</code>${advice === '' ? '' : `<br>${wordsHtml(advice)}`}</li>`,
  );
  const errors = result.jobs.flatMap((job) => {
    const texts = [...errorTexts(job), ...recoveryTexts(job)];
    const bad = texts.map(
      (text) => `<li class="bad">${escapeHtml(`${jobLabel(result, job)} — ${text}`)}</li>`,
    );
    return [...bad, ...badBlockItems(result, job)];
  });
  const items = [...new Set([...verdictItems(result), ...errors, ...warnings])];
  if (items.length === 0) return '<p>None.</p>';
  const where = 'nvbench show --view warnings has all warnings, --view json all errors';
  const { kept, leftOut } = firstOf(items, MOST_ITEMS, 'errors and warnings', where);
  return `<ul class="warnings">${kept.join('\n')}</ul>${leftOutHtml(leftOut)}`;
}

function facts(title: string, pairs: readonly (readonly [string, string | undefined])[]): string {
  const known = pairs.filter(([, text]) => text !== undefined && text !== '');
  const items = known.map(([name, text]) => `<dt>${name}</dt><dd>${escapeHtml(text ?? '')}</dd>`).join('');
  return `<h3>${escapeHtml(title)}</h3><dl>${items}</dl>`;
}

function deviceHtml(result: BenchResult, device: DeviceRecord): string {
  const { pcieLink, mdtsBytes } = device;
  return facts(`Device ${device.target}`, [
    ['model', device.modelNumber],
    ['serial', device.serialNumber],
    ['firmware', device.firmwareRevision],
    ['NVMe', device.nvmeVersion],
    ['transport', device.transport],
    ['capacity', formatCapacity(device.capacityBytes)],
    ['LBA', formatBytes(device.lbaBytes)],
    ['MDTS', mdtsBytes === null ? 'no limit' : formatBytes(mdtsBytes)],
    ['NUMA node', device.numaNode < 0 ? 'unknown' : String(device.numaNode)],
    [
      'PCIe link',
      pcieLink &&
        `${pcieLink.speedGtPerS} GT/s x${pcieLink.width}, at most ${pcieLink.maxSpeedGtPerS} GT/s x${pcieLink.maxWidth}`,
    ],
    ...kernelFacts(device),
    ...driveStateFacts(device),
    ['quirks', device.quirks?.join(', ')],
    ['health', healthOf(device)],
    ['flash', flashOf(device)],
    ['purged', purgeTexts(result, device).join('; ')],
  ]);
}

function hostHtml(host: HostRecord): string {
  const yesNo = (value: boolean | null | undefined): string | undefined =>
    typeof value === 'boolean' ? (value ? 'on' : 'off') : undefined;
  return facts(`Host ${host.hostname === '' ? 'not known' : host.hostname}`, [
    ['CPU', host.cpuModel === '' ? '' : `${host.cpuModel} (${host.cpuCount} CPUs)`],
    ['governor', host.governor ?? ''],
    ['SMT', yesNo(host.smt)],
    ['turbo', yesNo(host.turbo)],
    ['hypervisor', host.hypervisor],
    ['memory', host.memoryBytes === 0 ? '' : formatBytes(host.memoryBytes)],
    ['kernel', host.kernel],
    ['kernel command line', host.kernelCommandLine],
    ['Node.js', host.node],
  ]);
}

export function whereHtml(result: BenchResult): string {
  const hosts = result.hosts ?? [result.host];
  const devices = firstOf(result.devices, MOST_PLACES, 'devices', 'nvbench show --view devices has all');
  const named = firstOf(hosts, MOST_PLACES, 'hosts', 'nvbench show --view host has all');
  const blocks = [...devices.kept.map((device) => deviceHtml(result, device)), ...named.kept.map(hostHtml)];
  const rest = leftOutHtml(devices.leftOut) + leftOutHtml(named.leftOut);
  return `<div class="facts">${blocks.map((block) => `<div>${block}</div>`).join('\n')}</div>${rest}`;
}

/** What drives counted themselves; '' where nothing of it is known. Throws ReportError where a histogram cannot be read. */
export function monitorsHtml(result: BenchResult, reader: HistogramReader): string {
  const { kept, leftOut } = firstOf(
    monitorTables(result, reader),
    MOST_PLACES,
    'drives',
    'nvbench show --view json has all',
  );
  const blocks = kept.map(({ title, heads, rows, kept: lines, note }) => {
    const items = lines.map((text) => `<li>${escapeHtml(text)}</li>`).join('');
    const table = rows.length === 0 ? `<h3>${escapeHtml(title)}</h3>` : tableHtml(title, heads, rows);
    return `${table}<ul>${items}</ul><p class="sub">${escapeHtml(note)}</p>`;
  });
  return blocks.join('\n') + leftOutHtml(leftOut);
}

/** The slowest I/Os of a job, by its label; '' where none were kept. */
export function slowestHtml(label: string, job: JobRecord): string {
  const table = slowestTable(job, MOST_PLACES);
  if (table === undefined) return '';
  return tableHtml(`${label}: slowest I/Os`, table.heads, table.rows) + leftOutHtml(table.leftOut);
}

export function jobFacts(job: JobRecord): string {
  const mix = job.rwmixread === undefined ? '' : ` ${job.rwmixread} % reads`;
  const steady = steadyText(job);
  const health = healthText(job);
  const sure = sureText(job);
  return escapeHtml(
    [
      `${job.rw}${mix}`,
      sizesText(job),
      `depth ${job.iodepth}`,
      `${formatCount(job.numjobs)} × ${formatCount(job.queuePairs)} queue pairs`,
      ...laterSettings(job),
      `${formatDuration(job.elapsedNs)} measured`,
      `ended by ${job.stopReason}`,
      ...(steady === undefined ? [] : [`steady: ${steady}`]),
      ...(health === undefined ? [] : [`drive: ${health}`]),
      ...(sure === undefined ? [] : [`sure: ${sure}`]),
      ...(job.verification === undefined ? [] : [`verified: ${verificationText(job.verification)}`]),
      ...(job.verdict === undefined ? [] : [`verdict: ${job.verdict.level}`]),
    ].join(', '),
  );
}
