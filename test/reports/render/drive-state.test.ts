import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driveStateFacts } from '../../../reports/render/drive-state.js';
import { formatView } from '../../../reports/views/index.js';
import { sampleResult } from '../sample.js';

const MIB = 2 ** 20;
const [device] = sampleResult().devices;

test('a setting is told with how the drive was found, and left where that is another', () => {
  const settings = [
    { name: 'volatile_write_cache', before: 'on', during: 'off', after: 'on' },
    { name: 'power_state', before: '0', during: '2', after: '1' },
    { name: 'apst', before: 'off', during: 'off' },
  ];
  assert.deepEqual(driveStateFacts({ ...device, settings }), [
    ['set', 'volatile_write_cache off (was on); power_state 2 (was 0, left at 1); apst off (as it was)'],
  ]);
});

test('host memory is told against what the drive prefers and needs', () => {
  const hostMemory = { givenBytes: 32 * MIB, preferredBytes: 64 * MIB, leastBytes: 16 * MIB };
  assert.deepEqual(driveStateFacts({ ...device, hostMemory }), [
    ['HMB', '32 MiB of 64 MiB that it prefers, needs 16 MiB'],
  ]);
  assert.deepEqual(
    driveStateFacts({ ...device, hostMemory: { ...hostMemory, givenBytes: 0, leastBytes: 0 } }),
    [['HMB', 'none of 64 MiB that it prefers']],
  );
});

test('memory of the controller is told with its BAR, and with what of it can be reached', () => {
  const memory = { bar: 2, offsetBytes: 0, lengthBytes: 128 * MIB, submissionQueues: true };
  const rows = [128, 64].map((mib) =>
    driveStateFacts({ ...device, controllerMemory: { ...memory, reachedBytes: mib * MIB } }),
  );
  assert.deepEqual(rows, [[['CMB', '128 MiB in BAR2']], [['CMB', '128 MiB in BAR2, 64 MiB within reach']]]);
});

test('a drive on which nothing was set, and that wants no memory, has no row', () => {
  assert.deepEqual(driveStateFacts(device), []);
});

test('text, Markdown and HTML have the rows, and nothing of them breaks out', () => {
  const result = sampleResult();
  result.devices[0].settings = [{ name: '<b>|x', before: 'on', during: 'off', after: 'on' }];
  const [text, markdown, html] = (['text', 'markdown', 'html'] as const).map((format) =>
    formatView(format, [result], { text: { color: false }, unit: 'us' }),
  );
  assert.match(text, /^ {2}set {8}<b>\|x off \(was on\)$/m);
  assert.match(markdown, /set &lt;b&gt;\\\|x off/);
  assert.match(html, /<dt>set<\/dt><dd>&lt;b&gt;\|x off \(was on\)<\/dd>/);
});
