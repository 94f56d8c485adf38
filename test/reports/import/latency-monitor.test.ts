import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LatencyMonitorRecord } from '../../../reports/document/latency-monitor.js';
import { importResult, readLatencyMonitor } from '../../../reports/import/index.js';
import { formatJson, parseResultText, ReportError } from '../../../reports/index.js';
import { PAGE, type Page, printedByVendor, printedJson, printedText } from './latency-monitor-print.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2026-11-29T16:00:00.000Z') };
const monitorOf = (text: string): Omit<LatencyMonitorRecord, 'target'> => readLatencyMonitor(text).monitor;
const codesOf = (text: string): string[] => readLatencyMonitor(text).warnings.map(({ code }) => code);
const refused = (text: string) => (error: unknown) =>
  error instanceof ReportError && error.code === 'IMPORT_UNREADABLE' && error.reason.includes(text);

test('a log is counters, latencies and times by bucket and operation, by the settings of the drive', () => {
  const monitor = monitorOf(printedJson(PAGE, '2.7'));
  const { enabled, thresholdsMs, activeMinutes, periodMinutes, pageVersion } = monitor;
  assert.deepEqual(
    { enabled, thresholdsMs, activeMinutes, periodMinutes, pageVersion },
    { enabled: true, thresholdsMs: [5, 10, 20, 640], activeMinutes: 35, periodMinutes: 2880, pageVersion: 1 },
  );
  assert.deepEqual(monitor.active[0], {
    read: { commands: 12, latencyMs: 7, at: '2026-11-29T15:04:05.678Z', of: 'first' },
    write: { commands: 0 },
    deallocate: { commands: 0 },
  });
  assert.deepEqual(monitor.active[2].write, {
    commands: 3,
    latencyMs: 41,
    at: '2026-11-29T15:04:06.678Z',
    of: 'longest',
  });
  // Bit 9 of the units is clear: the drive was not told the time.
  assert.deepEqual(monitor.active[3].read, {
    commands: 1,
    latencyMs: 655,
    sincePowerOnMs: 3_600_000,
    of: 'longest',
  });
  assert.deepEqual(monitor.earlier[0], {
    read: { commands: 100 },
    write: { commands: 20 },
    deallocate: { commands: 1 },
  });
});

test('text says the same as JSON', () => {
  assert.deepEqual(monitorOf(printedText(PAGE, '2.7')), monitorOf(printedJson(PAGE, '2.7')));
  assert.deepEqual(codesOf(printedText(PAGE, '2.7')), []);
});

test('is done soon with text made to be slow', () => {
  const [blanks, digits] = [' ', '1'].map((character) => character.repeat(1_000_000));
  const slow = `${printedText(PAGE, '2.7')}\na${blanks}\nb  c${blanks}d\nActive Other: Bucket 0  ${digits}x\n`;
  assert.deepEqual(monitorOf(slow), monitorOf(printedText(PAGE, '2.7')));
});

test('latencies of nvme-cli 2.5 and 2.6 are of the bucket that counted them, without modes, which is said', () => {
  const withoutModes = JSON.stringify(monitorOf(printedJson(PAGE, '2.7'))).replaceAll(/,"of":"\w+"/g, '');
  for (const text of [printedJson(PAGE, '2.5'), printedText(PAGE, '2.5')]) {
    assert.deepEqual(monitorOf(text), JSON.parse(withoutModes));
    assert.deepEqual(codesOf(text), ['imported-modes-left-out']);
  }
});

test("a vendor's plugin cuts time stamps, which are left out with a warning", () => {
  const text = printedByVendor(PAGE);
  const { read } = monitorOf(text).active[0];
  assert.deepEqual(read, { commands: 12, latencyMs: 7, of: 'first' });
  assert.deepEqual(codesOf(text), ['imported-stamps-left-out']);
});

test('what nvme-cli before 2.5 printed is refused, as its reads are none', () => {
  const { 'Log Page Version': _version, ...old } = JSON.parse(printedJson(PAGE, '2.7'));
  assert.throws(() => monitorOf(JSON.stringify(old)), refused('before 2.5'));
});

test('a counter that is printed with a sign is a large one, and one at its end says so', () => {
  const counters: Page['counters'] = [
    [2 ** 31 + 5, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const full: Page['counters'] = [[2 ** 32 - 1, 0, 0], ...counters.slice(1)];
  for (const print of [printedText, printedJson]) {
    const text = print({ ...PAGE, counters }, '2.7');
    assert.equal(monitorOf(text).active[0].read.commands, 2 ** 31 + 5);
    assert.deepEqual(codesOf(print({ ...PAGE, counters: full }, '2.7')), ['latency-monitor-saturated']);
  }
});

test('a monitor that is off says so', () => {
  const text = printedText({ ...PAGE, enabled: false }, '2.7');
  assert.equal(monitorOf(text).enabled, false);
  assert.deepEqual(codesOf(text), ['latency-monitor-off']);
});

test('of several readings the last is taken and said, and those of several drives are refused', () => {
  const later = printedText({ ...PAGE, timer: 8 }, '2.7');
  const both = printedText(PAGE, '2.7') + later;
  assert.equal(monitorOf(both).activeMinutes, 40);
  assert.deepEqual(codesOf(both), ['imported-states-left-out']);
  const drives = printedText(PAGE, '2.7') + printedText(PAGE, '2.7', 'nvme1');
  assert.throws(() => monitorOf(drives), refused('several drives'));
});

test('a log that ends early or says what no page can hold is refused by the field', () => {
  const json = printedJson(PAGE, '2.7');
  assert.throws(() => monitorOf(json.slice(0, json.length / 2)), refused('truncated'));
  const text = printedText(PAGE, '2.7');
  assert.throws(() => monitorOf(text.slice(0, text.indexOf('Static Measured'))), refused('Static Measured'));
  const changed = (name: string, value: unknown) => JSON.stringify({ ...JSON.parse(json), [name]: value });
  for (const [name, value] of [
    ['Active Threshold A', -3],
    ['Active Threshold D', 'soon'],
    ['Active Bucket Timer', 1e9],
    ['Active Bucket Counter: Bucket 1', { Read: 2 ** 33, Write: 0, Trim: 0 }],
    ['Active Measured Latency: Bucket 2', { Read: 1, Write: 1 }],
    ['Active Bucket Counter: Bucket 2', 7],
  ] as const)
    assert.throws(() => monitorOf(changed(name, value)), refused(name), name);
});

test('without a result the log is a document of its own, which has no figures and says so', () => {
  const result = importResult(printedJson(PAGE, '2.7'), { ...options, target: 'pci:0000:01:00.0' });
  assert.deepEqual([result.jobs.length, result.imported?.tool], [0, 'nvme-cli']);
  assert.ok(result.warnings.some(({ code }) => code === 'imported-without-figures'));
  assert.equal(result.latencyMonitors?.[0].target, 'pci:0000:01:00.0');
  assert.deepEqual(parseResultText(formatJson(result)), result);
  assert.deepEqual(
    importResult(printedText(PAGE, '2.7'), { ...options, target: 'pci:0000:01:00.0' }),
    result,
  );
});
