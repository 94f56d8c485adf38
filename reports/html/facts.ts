/** What the page says in words: notices, cards, the table of figures, warnings, devices and hosts. */

import { JOB_FIGURES, OPERATION_FIGURES, type OperationFacts } from '../document/figures.js';
import { foldWarnings } from '../document/fold-warnings.js';
import { laterSettings } from '../document/job-workload.js';
import { deviceNotices, incompleteReason } from '../document/notices.js';
import type { BenchResult, DeviceRecord, HostRecord, JobRecord } from '../document/result.js';
import { type OperationRow, operationRows } from '../document/rows.js';
import { cellOf, headsOf, healthOf, measuredOf, shownOf } from '../render/figures.js';
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
import { escapeHtml, tableHtml } from '../render/html.js';

const MAX_CARDS = 8;

/** A job's name with what tells it from others of its result. */
export function jobLabel(result: BenchResult, job: JobRecord): string {
  const device = result.devices.length > 1 ? ` on ${job.target}` : '';
  const host =
    result.hosts === undefined ? '' : ` (${result.hosts[job.hostIndex ?? -1]?.hostname ?? 'all hosts'})`;
  const repeat = job.repeat === undefined ? '' : `, repeat ${job.repeat.index + 1} of ${job.repeat.count}`;
  return `${job.name}${device}${host}${repeat}`;
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
  return [...texts].map((text) => `<p class="notice" role="note">${escapeHtml(text)}</p>`).join('\n');
}

const latency = (ns: number | undefined): string => (ns === undefined ? '-' : formatLatency(ns));

function card({ result, job, name, record }: OperationRow, why: string): string {
  const facts = [`p50 ${latency(record.latencyNs.p50)}`, `p99 ${latency(record.latencyNs.p99)}`];
  const errors = record.errors > 0 ? `<p class="bad">${plural(record.errors, 'error')}</p>` : '';
  return `<li><h3>${escapeHtml(`${why}${jobLabel(result, job)} ${name}`)}</h3><p class="big">${formatIops(record.iops)} <small>IOPS</small></p><p>${escapeHtml(facts.join(', '))}; ${formatMibPerSecond(record.bandwidthBytesPerSecond)} MiB/s</p>${errors}</li>`;
}

/** Cards of every row, or where there are many of the best and the worst. */
export function cardsHtml(result: BenchResult): string {
  const rows = operationRows([result]).filter(({ record }) => record.ios > 0);
  if (rows.length === 0) return '<p>No I/O was measured.</p>';
  if (rows.length <= MAX_CARDS) return `<ul class="cards">${rows.map((row) => card(row, '')).join('')}</ul>`;
  const byIops = rows.toSorted((a, b) => b.record.iops - a.record.iops);
  const byTail = rows
    .filter(({ record }) => record.latencyNs.p99 !== undefined)
    .sort((a, b) => (a.record.latencyNs.p99 ?? 0) - (b.record.latencyNs.p99 ?? 0));
  const cards = [card(byIops[0], 'Most IOPS: ')];
  if (byTail.length > 0)
    cards.push(card(byTail[0], 'Lowest p99: '), card(byTail[byTail.length - 1], 'Highest p99: '));
  return `<ul class="cards">${cards.join('')}</ul>`;
}

const FIGURES = shownOf<OperationFacts>(OPERATION_FIGURES);

export function figuresTable(result: BenchResult): string {
  const rows = operationRows([result]).map(({ job, name, record }) => [
    `${jobLabel(result, job)} ${name}`,
    ...FIGURES.map((figure) => cellOf(figure, record)),
  ]);
  return tableHtml('Figures of all jobs', ['job', ...headsOf(FIGURES)], rows);
}

/** What is told of jobs as a whole; '' where that is nothing. */
export function wholesTable(result: BenchResult): string {
  const told = result.jobs.filter((job) => measuredOf<JobRecord>(JOB_FIGURES, [job]).length > 0);
  const measured = measuredOf<JobRecord>(JOB_FIGURES, told);
  if (measured.length === 0) return '';
  const rows = told.map((job) => [jobLabel(result, job), ...measured.map((figure) => cellOf(figure, job))]);
  return tableHtml('Figures of jobs as a whole', ['job', ...headsOf(measured)], rows);
}

/** Errors and warnings of run and jobs, each once; those of several jobs say of how many. */
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
      `<li><strong>${escapeHtml(where)}${escapeHtml(message)}</strong> <code>${escapeHtml(code)}</code>${advice === '' ? '' : `<br>${escapeHtml(advice)}`}</li>`,
  );
  const errors = result.jobs.flatMap((job) => {
    const { byStatus, timeouts } = job.errors;
    const lines = byStatus.map(({ count, status }) => `${formatCount(count)} × ${status}`);
    if (timeouts > 0) lines.push(`${formatCount(timeouts)} without a completion`);
    return lines.map((line) => `<li class="bad">${escapeHtml(`${jobLabel(result, job)} — ${line}`)}</li>`);
  });
  const items = [...new Set([...errors, ...warnings])];
  return items.length === 0 ? '<p>None.</p>' : `<ul class="warnings">${items.join('\n')}</ul>`;
}

function facts(title: string, pairs: readonly (readonly [string, string | undefined])[]): string {
  const known = pairs.filter(([, text]) => text !== undefined && text !== '');
  const items = known.map(([name, text]) => `<dt>${name}</dt><dd>${escapeHtml(text ?? '')}</dd>`).join('');
  return `<h3>${escapeHtml(title)}</h3><dl>${items}</dl>`;
}

function deviceHtml(device: DeviceRecord): string {
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
    ['NUMA node', device.numaNode < 0 ? 'none' : String(device.numaNode)],
    [
      'PCIe link',
      pcieLink &&
        `${pcieLink.speedGtPerS} GT/s x${pcieLink.width}, at most ${pcieLink.maxSpeedGtPerS} GT/s x${pcieLink.maxWidth}`,
    ],
    ['health', healthOf(device)],
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
  const blocks = [...result.devices.map(deviceHtml), ...(result.hosts ?? [result.host]).map(hostHtml)];
  return `<div class="facts">${blocks.map((block) => `<div>${block}</div>`).join('\n')}</div>`;
}

export function jobFacts(job: JobRecord): string {
  const mix = job.rwmixread === undefined ? '' : ` ${job.rwmixread} % reads`;
  return escapeHtml(
    [
      `${job.rw}${mix}`,
      formatBytes(job.bsBytes),
      `depth ${job.iodepth}`,
      `${formatCount(job.numjobs)} × ${formatCount(job.queuePairs)} queue pairs`,
      ...laterSettings(job),
      `${formatDuration(job.elapsedNs)} measured`,
      `ended by ${job.stopReason}`,
    ].join(', '),
  );
}
