/** The report that `nvbench run` prints and that can be made again from a result file. */

import { foldWarnings } from '../document/fold-warnings.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import { deviceNotice, incompleteReason } from '../document/notices.js';
import { repeatsEndingAt } from '../document/repeats.js';
import type { BenchResult, DeviceRecord, HostRecord, JobRecord } from '../document/result.js';
import { hostOf } from '../document/rows.js';
import { driveStateFacts } from '../render/drive-state.js';
import { healthOf } from '../render/figures.js';
import { flashOf } from '../render/flash.js';
import { formatBytes, formatCapacity } from '../render/format.js';
import { kernelFacts } from '../render/kernel-path.js';
import { type MonitorTable, monitorTables } from '../render/latency-monitor.js';
import { linkTexts } from '../render/pcie-link.js';
import { purgeTexts } from '../render/purges.js';
import { withoutRounds } from '../render/rounds.js';
import { tableLines } from '../render/table.js';
import {
  DEFAULT_WIDTH,
  joinBlocks,
  labelled,
  type Paint,
  painter,
  sanitize,
  type TextOptions,
  wrap,
} from '../render/terminal.js';
import { jobLines, LABEL_WIDTH, repeatLines, warningLines } from './job-text.js';
import { lbaText } from './lba-text.js';
import { roundsBlocks } from './rounds-text.js';
import { sweepBlocks } from './sweep-text.js';

function numaText(numaNode: number): string {
  return numaNode < 0 ? 'NUMA node unknown' : `NUMA node ${numaNode}`;
}

function pagesTexts({ hugepageBytes, pageSizeBytes }: DeviceRecord): string[] {
  if (hugepageBytes === undefined || pageSizeBytes === undefined) return [];
  if (hugepageBytes === 0) return [`base pages (${formatBytes(pageSizeBytes)})`];
  return [`hugepages of ${formatBytes(hugepageBytes)}`];
}

function namespaceText(device: DeviceRecord): string {
  const { namespaceId, capacityBytes, mdtsBytes } = device;
  const mdts = mdtsBytes === null ? 'no transfer limit' : `MDTS ${formatBytes(mdtsBytes)}`;
  return `${namespaceId}: ${formatCapacity(capacityBytes)}, ${lbaText(device)}, ${mdts}`;
}

function deviceLines(result: BenchResult, device: DeviceRecord, paint: Paint, width: number): string[] {
  const identity = [
    device.modelNumber,
    `serial ${device.serialNumber}`,
    `firmware ${device.firmwareRevision}`,
    ...(device.nvmeVersion === undefined ? [] : [`NVMe ${device.nvmeVersion}`]),
  ];
  const line = (label: string, text: string): string[] => labelled(label, text, LABEL_WIDTH, width);
  const health = healthOf(device);
  const flash = flashOf(device);
  const notice = deviceNotice(device);
  return [
    paint('bold', sanitize(device.target)),
    ...(notice === undefined ? [] : wrap(sanitize(notice), width, 0)).map((text) =>
      paint(['bold', 'red'], text),
    ),
    ...line('model', sanitize(identity.join(', '))),
    ...line('namespace', namespaceText(device)),
    ...line(
      'transport',
      [
        sanitize(device.transport),
        numaText(device.numaNode),
        ...linkTexts(device),
        ...pagesTexts(device),
      ].join(', '),
    ),
    ...kernelFacts(device).flatMap(([label, text]) => line(label, sanitize(text))),
    ...driveStateFacts(device).flatMap(([label, text]) => line(label, sanitize(text))),
    ...(device.quirks === undefined ? [] : line('quirks', sanitize(device.quirks.join(', ')))),
    ...(health === '' ? [] : line('health', health)),
    ...(flash === '' ? [] : line('flash', flash)),
    ...purgeTexts(result, device).flatMap((text) => line('purged', sanitize(text))),
  ];
}

function monitorLines(
  { title, heads, rows, kept, note }: MonitorTable,
  paint: Paint,
  width: number,
): string[] {
  const columns = heads.map((head, i) => ({ head, align: i < 2 ? ('left' as const) : ('right' as const) }));
  return [
    ...wrap(sanitize(title), width, 2).map((line) => paint('bold', line)),
    ...(rows.length === 0 ? [] : tableLines(columns, rows, 2)),
    ...[...kept, note].flatMap((text) => wrap(text, width - 2, 2)).map((line) => `  ${line}`),
  ];
}

function hostText(host: HostRecord): string {
  const parts = [
    ...(host.cpuModel === '' ? [] : [`${host.cpuModel} (${host.cpuCount} CPUs)`]),
    ...(host.governor === null ? [] : [`governor ${host.governor}`]),
    ...(host.smt === null ? [] : [host.smt ? 'SMT on' : 'SMT off']),
    ...(host.hypervisor === undefined || host.hypervisor === 'none' ? [] : [`under ${host.hypervisor}`]),
    ...(host.kernel === '' ? [] : [`Linux ${host.kernel}`]),
    ...(host.node === '' ? [] : [`Node.js ${host.node}`]),
  ];
  return parts.length === 0 ? 'not known' : sanitize(parts.join(', '));
}

/** Name before the facts of a host; an imported result may lack it. */
const hostName = ({ hostname }: HostRecord): string => (hostname === '' ? '' : `${sanitize(hostname)}: `);

/** One host without its name, as there is only it; several with. */
function hostLines({ host, hosts = [] }: BenchResult, width: number): string[] {
  if (hosts.length < 2) return labelled('host', hostText(host), LABEL_WIDTH, width);
  return hosts.flatMap((each) => labelled('host', `${hostName(each)}${hostText(each)}`, LABEL_WIDTH, width));
}

function importLines({ imported }: BenchResult, paint: Paint, width: number): string[] {
  if (imported === undefined) return [];
  const tool = sanitize(`${imported.tool} ${imported.version}`.trim());
  return wrap(`IMPORTED: measured by ${tool}, not by nvbench`, width, 2).map((line) => paint('bold', line));
}

function completenessLines(result: BenchResult, paint: Paint, width: number): string[] {
  const why = incompleteReason(result);
  if (why === undefined) return [];
  return wrap(`INCOMPLETE: ${sanitize(why)}; the figures below cover what ran`, width, 2).map((line) =>
    paint(['bold', 'red'], line),
  );
}

/** Where a job ran, as far as the document leaves that open. */
function placeOf(result: BenchResult, job: JobRecord): string {
  const target = result.devices.length > 1 ? sanitize(job.target) : '';
  if ((result.hosts ?? []).length < 2) return target;
  const host = hostOf(result, job)?.hostname ?? 'several hosts';
  const of = host === '' ? '' : ` of ${sanitize(host)}`;
  return `${sanitize(job.target)}${of}`;
}

/**
 * The whole report, with a line end. No line is wider than `width` (100 where not given; 80 is the least). Throws ReportError
 * where a histogram that it needs cannot be read.
 */
export function formatText(result: BenchResult, options: TextOptions): string {
  return readingHistograms([{ result }], (reader) => textOf(result, reader, options));
}

function textOf(whole: BenchResult, reader: HistogramReader, options: TextOptions): string {
  const result = withoutRounds(whole);
  const paint = painter(options.color);
  const width = Math.max(80, options.width ?? DEFAULT_WIDTH);
  const folded = foldWarnings(whole);
  // The notice above a device's figures says that it is software.
  const general = result.warnings.filter(({ code }) => code !== 'software-controller');
  const jobBlock = (job: JobRecord, index: number): string[] => [
    ...jobLines(
      job,
      placeOf(result, job),
      { reader, paint, width, percentiles: options.percentiles },
      folded.ownOf(job),
    ),
    ...repeatLines(repeatsEndingAt(result.jobs, index), width),
  ];
  const head = [
    ...(result.description === undefined
      ? []
      : wrap(sanitize(result.description), width, 2).map((line) => paint('bold', line))),
    `nvbench ${sanitize(result.tool.version)}, ${sanitize(result.startedAt)}`,
    ...hostLines(result, width),
    ...importLines(result, paint, width),
    ...completenessLines(result, paint, width),
    ...[...general, ...folded.shared].flatMap((warning) => warningLines(warning, paint, width)),
  ];
  const notes = [...new Set(whole.jobs.map((job) => job.timestampNote))];
  const blocks = [
    head,
    ...result.devices.map((device) => deviceLines(result, device, paint, width)),
    ...roundsBlocks(whole, folded, { reader, paint, width }),
    ...sweepBlocks(result, paint, width),
    ...result.jobs.map(jobBlock),
    ...monitorTables(whole, reader).map((table) => monitorLines(table, paint, width)),
    notes
      .flatMap((note) => wrap(`Latencies: ${sanitize(note)}.`, width, 2))
      .map((line) => paint('dim', line)),
  ];
  return joinBlocks(blocks);
}
