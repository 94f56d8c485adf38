import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../bench/config/config-error.js';
import { parseConfig } from '../../../bench/config/load.js';
import { workOfJob } from '../../../bench/config/workload.js';

const configOf = (keys: string) => {
  const rw = keys.includes('rw:') ? '' : 'rw: randwrite, ';
  const text = `device: sim\nallow_writes: true\njobs:\n  - { name: a, ${rw}runtime: 1s, ${keys} }`;
  return parseConfig(text, 'config');
};

function problemsOf(keys: string): string[] {
  try {
    configOf(keys);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

test('how a job goes by zones is part of what it is', () => {
  const keys = 'zonemode: zbd, max_open_zones: 4, zone_reset_threshold: 0.5, zone_reset_frequency: 0.01';
  const [job] = configOf(keys).jobs;
  const { zonemode, max_open_zones, zone_reset_threshold, zone_reset_frequency } = workOfJob(job);
  assert.deepEqual(
    [zonemode, max_open_zones, zone_reset_threshold, zone_reset_frequency],
    ['zbd', 4, 0.5, 0.01],
  );
  // Nothing of it is said of a job without.
  assert.deepEqual(
    Object.keys(workOfJob(configOf('bs: 4k').jobs[0])).filter((key) => key.includes('zone')),
    [],
  );
});

for (const [keys, problem] of [
  ['max_open_zones: 4', 'max_open_zones: has no meaning without zonemode: zbd'],
  ['zonesize: 1M', 'zonesize: has no meaning without zonemode: strided'],
  [
    'zonemode: strided, zonesize: 1M, max_open_zones: 4',
    'max_open_zones: has no meaning without zonemode: zbd',
  ],
  ['zonemode: strided', 'zonemode: strided needs zonesize'],
  ['zonemode: strided, zonesize: 1M, rw: randrw', 'rw: rw: randrw is not to be had with zonemode: strided'],
  ['zonemode: strided, zonesize: 6k', 'zonesize: parts are no multiple of the 4096 bytes of an I/O'],
  ['zonemode: strided, zonesize: 1M, blockalign: 8k', 'blockalign: is not to be had with zonemode: strided'],
  ['zonemode: zbd, thinktime: 1ms', 'thinktime: is not to be had with zonemode: zbd'],
  ['zonemode: zbd, bssplit: 4k/50:8k/50', 'bssplit: is not to be had with zonemode: zbd'],
  [
    'zonemode: zbd, random_distribution: zipf:1.1',
    'random_distribution: is not to be had with zonemode: zbd',
  ],
  ['write_mode: zone_append', 'write_mode: zone_append needs zonemode: zbd'],
  [
    'zonemode: zbd, write_mode: write/50:zeroes/50',
    'write_mode: zones are written by write and zone_append alone',
  ],
  [
    'zonemode: zbd, write_mode: zone_append, buffer_pattern: "0xff%o"',
    'buffer_pattern: where an append goes is not known before it is there',
  ],
  ['zonemode: zbd, write_mode: zone_append, verify: crc32c', 'write_mode: verify is of plain writes'],
  ['zonemode: zbd, rw: trim', 'rw: rw: trim is not to be had with zonemode: zbd'],
  ['zonemode: zbd, zone_reset_frequency: 2', 'zone_reset_frequency: expects a number from 0 to 1, got 2'],
] as const)
  test(`${keys} is refused`, () => assert.deepEqual(problemsOf(keys), [`jobs[0].${problem}`]));
