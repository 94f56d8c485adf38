/** Prints a latency monitor's log page as versions of nvme-cli do, after the layout of the page (OCP 2.0, 4.8.9). */

/** Reads, writes, deallocations. */
export type Three = readonly [number, number, number];

export interface Page {
  readonly enabled: boolean;
  readonly timer: number;
  readonly timerThreshold: number;
  readonly thresholds: readonly [number, number, number, number];
  readonly configuration: number;
  readonly units: number;
  readonly counters: readonly Three[];
  /** Milliseconds as the page has them; -1 for none. */
  readonly stamps: readonly Three[];
  readonly latencies: readonly Three[];
  readonly staticCounters: readonly Three[];
  readonly version: number;
}

const NONE: Three = [-1, -1, -1];
const ZERO: Three = [0, 0, 0];
const AT = Date.UTC(2026, 10, 29, 15, 4, 5, 678);
/** Set by the host: bits 51:49 of a Timestamp. */
const FROM_HOST = 2 ** 49;

/** Reads of 5 to 10 ms and one from 640 ms on, writes of 20 to 640 ms. */
export const PAGE: Page = {
  enabled: true,
  timer: 7,
  timerThreshold: 576,
  thresholds: [0, 1, 3, 127],
  configuration: 0x0ffe,
  units: 0x0dff,
  counters: [[12, 0, 0], ZERO, [0, 3, 0], [1, 0, 0]],
  stamps: [[AT, -1, -1], NONE, [-1, AT + 1000 + FROM_HOST, -1], [3_600_000, -1, -1]],
  latencies: [[7, 0, 0], ZERO, [0, 41, 0], [655, 0, 0]],
  staticCounters: [[100, 20, 1], ZERO, ZERO, ZERO],
  version: 1,
};

const GUID = '85D45E58D4E643709C6C84D08CC07A92';
const LETTERS = ['A', 'B', 'C', 'D'];
const INDEX = [0, 1, 2, 3];

function stampText(ms: number, none: string): string {
  if (ms === -1) return none;
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
  return `${day}D|${time}:${String(at.getUTCMilliseconds()).padStart(3, '0')}`;
}

/** 2.5 and 2.6 name the buckets of stamps and latencies from the other end. */
export type Version = '2.5' | '2.7';

const keptOf = (rows: readonly Three[], i: number, version: Version): Three =>
  rows[version === '2.5' ? 3 - i : i];

const three = <T>(of: (i: number) => T) => ({ Read: of(0), Write: of(1), Trim: of(2) });

export function printedJson(page: Page, version: Version): string {
  const { counters, stamps, latencies, staticCounters, configuration, units } = page;
  const rows = (name: string, of: (i: number) => unknown) =>
    Object.fromEntries(INDEX.map((i) => [`${name}: Bucket ${i}`, of(i)]));
  const json = {
    'Feature Status': page.enabled ? 7 : 6,
    'Active Bucket Timer': 5 * page.timer,
    'Active Bucket Timer Threshold': 5 * page.timerThreshold,
    ...Object.fromEntries(LETTERS.map((x, i) => [`Active Threshold ${x}`, 5 * (page.thresholds[i] + 1)])),
    ...(version === '2.5'
      ? rows('Active Latency Mode', () => three(() => configuration & 1))
      : { 'Active Latency Configuration': configuration }),
    'Active Latency Minimum Window': 1000,
    ...rows('Active Bucket Counter', (i) => three((k) => counters[i][k])),
    ...rows('Active Latency Time Stamp', (i) => three((k) => stampText(keptOf(stamps, i, version)[k], 'NA'))),
    ...rows('Active Measured Latency', (i) => three((k) => keptOf(latencies, i, version)[k])),
    'Active Latency Stamp Units': units,
    ...rows('Static Bucket Counter', (i) => three((k) => staticCounters[i][k])),
    ...rows('Static Latency Time Stamp', () => three(() => 'NA')),
    ...rows('Static Measured Latency', () => three(() => 0)),
    'Static Latency Stamp Units': 0,
    'Debug Log Trigger Enable': 0,
    'Debug Log Measured Latency': 0,
    'Debug Log Latency Time Stamp': 'NA',
    'Debug Log Pointer': 0,
    'Debug Counter Trigger Source': 0,
    'Debug Log Stamp Units': 0,
    'Log Page Version': page.version,
    'Log Page GUID': GUID,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** As printf does with %d. */
const signed = (count: number): string => String(count | 0);
const wide = (text: string): string => text.padStart(27);

export function printedText(page: Page, version: Version, controller = 'nvme0'): string {
  const { counters, stamps, latencies, staticCounters, configuration, units } = page;
  const field = (name: string, text: string): string => `  ${name.padEnd(35)}${text}`;
  const counts = (name: string, rows: readonly Three[]): string[] =>
    INDEX.map((i) => `  ${name}: Bucket ${i}    ${rows[i].map((n) => wide(signed(n))).join('     ')}`);
  const times = (name: string, rows: readonly Three[]): string[] =>
    INDEX.map((i) => {
      const cells = keptOf(rows, i, version).map((ms) =>
        ms === -1 ? '                    N/A         ' : `${stampText(ms, '')}     `,
      );
      return `  ${name}: Bucket ${i}    ${cells.join('')}`;
    });
  const milliseconds = (name: string, rows: readonly Three[]): string[] =>
    INDEX.map((i) => {
      const cells = keptOf(rows, i, version).map((ms) => `${wide(String(ms))} ms`);
      return `  ${name}: Bucket ${i}  ${cells.join('  ')}`;
    });
  const none = INDEX.map(() => NONE);
  const modes = INDEX.map((i) => {
    const cells = [0, 1, 2].map(() => wide(String(configuration & 1)));
    return `  Active Latency Mode: Bucket ${i}      ${cells.join('     ')}`;
  });
  const head = ['Read', 'Write', 'Deallocate/Trim'];
  return [
    'NVMe Status:Successful Completion: The command completed without error(0)',
    '-Latency Monitor/C3 Log Page Data-',
    `  Controller   :  ${controller}`,
    field('Feature Status', page.enabled ? '0x7' : '0x6'),
    field('Active Bucket Timer', `${5 * page.timer} min`),
    field('Active Bucket Timer Threshold', `${5 * page.timerThreshold} min`),
    ...LETTERS.map((x, i) => field(`Active Threshold ${x}`, `${5 * (page.thresholds[i] + 1)} ms`)),
    ...(version === '2.5' ? [] : [field('Active Latency Configuration', `0x${configuration.toString(16)}`)]),
    field('Active Latency Minimum Window', '1000 ms'),
    field('Active Latency Stamp Units', String(units)),
    field('Static Latency Stamp Units', '0'),
    field('Debug Log Trigger Enable', '0'),
    field('Debug Log Measured Latency', '0'),
    field('Debug Log Latency Time Stamp', 'N/A'),
    field('Log Page Version', String(page.version)),
    field('Log Page GUID', GUID),
    '',
    `${head[0].padStart(64)}     ${head.slice(1).map(wide).join('     ')}`,
    ...(version === '2.5' ? modes : []),
    ...counts('Active Bucket Counter', counters),
    ...times('Active Latency Time Stamp', stamps),
    ...milliseconds('Active Measured Latency', latencies),
    '',
    ...counts('Static Bucket Counter', staticCounters),
    ...times('Static Latency Time Stamp', none),
    ...milliseconds(
      'Static Measured Latency',
      INDEX.map(() => ZERO),
    ),
    '',
  ].join('\n');
}

/** The plugin of a vendor: a field for each operation, and times cut to 32 bits. */
export function printedByVendor(page: Page): string {
  const { counters, stamps, latencies, staticCounters } = page;
  const rows = (name: string, of: (i: number, k: number) => number) =>
    Object.fromEntries(
      INDEX.flatMap((i) =>
        ['Read', 'Write', 'Trim'].map((op, k) => [`${name}: Bucket ${i} ${op}`, of(i, k)]),
      ),
    );
  return JSON.stringify({
    'Feature Status': page.enabled ? 7 : 6,
    'Active Bucket Timer': 5 * page.timer,
    'Active Bucket Timer Threshold': 5 * page.timerThreshold,
    ...Object.fromEntries(LETTERS.map((x, i) => [`Active Threshold ${x}`, 5 * (page.thresholds[i] + 1)])),
    'Active Latency Config': page.configuration,
    'Active Lantency Minimum Window': 1000,
    'Active Latency Stamp Units': page.units,
    'Static Latency Stamp Units': 0,
    'Debug Log Trigger Enable': 0,
    'Log Page Version': page.version,
    ...rows('Active Bucket Counter', (i, k) => counters[i][k] | 0),
    ...rows('Active Measured Latency', (i, k) => latencies[i][k]),
    ...rows('Active Latency Time Stamp', (i, k) => stamps[i][k] | 0),
    ...rows('Static Bucket Counter', (i, k) => staticCounters[i][k] | 0),
    ...rows('Static Measured Latency', () => 0),
    ...rows('Static Latency Time Stamp', () => -1),
  });
}
