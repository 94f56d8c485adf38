/** `verify` and the keys beside it, as a configuration says them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueOf, parse } from './config-text.js';

const lines = (keys: string): string[] => [
  'device: sim',
  'allow_writes: true',
  `jobs: [{ name: a, size: 1M, ${keys} }]`,
];

test('verify is off, and reads back where it is on', () => {
  const [job] = parse(lines('rw: write')).jobs;
  assert.deepEqual([job.verify, job.doVerify, job.verifyOnly, job.verifyFatal], ['off', true, false, false]);
});

test('verify_only makes reads of writes, which need no leave to write', () => {
  const [, , ...rest] = lines('rw: randwrite:8, verify: crc32c, verify_only: true, fsync: 4');
  const [job] = parse(['device: sim', ...rest]).jobs;
  assert.deepEqual([job.rw, job.rwmixread, job.fsync], ['randread:8', 100, 0]);
});

test('what says nothing may stand beside verify_backlog', () => {
  const idle = 'thinktime: 0s, flow: 0, fsync: 0, verify_only: false';
  const [job] = parse(lines(`rw: write, verify: crc32c, verify_backlog: 4, ${idle}`)).jobs;
  assert.equal(job.verifyBacklog, 4);
});

for (const [keys, path, says] of [
  ['rw: write, verify_only: true', /verify_only/, /without verify/],
  ['rw: trim, verify: crc32c', /verify/, /rw: trim/],
  ['rw: write, verify: crc32c, write_mode: zeroes', /write_mode/, /plain writes/],
  ['rw: read, verify: crc32c, verify_only: true', /verify_only/, /rw: read/],
  ['rw: randrw, verify: crc32c, verify_only: true', /verify_only/, /rw: randrw/],
  ['rw: write, verify: crc32c, verify_only: true, runtime: 1s', /runtime/, /verify_only/],
  ['rw: write, verify: crc32c, verify_only: true, ramp_time: 1s', /ramp_time/, /verify_only/],
  ['rw: write, verify: crc32c, verify_only: true, fsync: 2, number_ios: 9', /number_ios/, /flushes/],
  ['rw: randrw, verify: crc32c, verify_backlog: 4', /verify_backlog/, /rw: randrw/],
  ['rw: write, verify: crc32c, verify_backlog: 4, fsync: 2', /fsync/, /verify_backlog/],
  ['rw: write, verify: crc32c, verify_backlog: 4, zonemode: zbd', /zonemode/, /verify_backlog/],
  ['rw: randrw, verify: crc32c, verify_journal: j', /verify_journal/, /rw: randrw/],
  ['rw: write, verify: crc32c, verify_journal: j, runtime: 1s, ramp_time: 1s', /ramp_time/, /verify_journal/],
  ['rw: write, verify: crc32c, verify_journal: j, repeat: 2', /repeat/, /verify_journal/],
  ['rw: write, verify: crc32c, verify_journal: j, zonemode: zbd', /zonemode/, /verify_journal/],
] as const)
  test(`${keys} is refused`, () => {
    const issue = issueOf(lines(keys));
    assert.match(`${issue.path}`, path);
    assert.match(issue.message, says);
  });
