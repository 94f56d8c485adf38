import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../../../bench/config/validate.js';

const read = (job: object, root: object = {}) =>
  validate({
    device: 'null',
    allow_writes: true,
    jobs: [{ name: 'a', rw: 'write', number_ios: 9, ...job }],
    ...root,
  });

function jobOf(job: object) {
  const found = read(job);
  assert.ok('config' in found, JSON.stringify(found));
  return found.config.jobs[0];
}

function problemsOf(job: object, root: object = {}): string[] {
  const found = read(job, root);
  assert.ok('findings' in found);
  return found.findings.map(({ message }) => message);
}

test('writes are done by the commands of write_mode, by their shares', () => {
  assert.deepEqual(jobOf({}).writeModes, [{ mode: 'write', percent: 100 }]);
  assert.deepEqual(jobOf({ write_mode: 'zeroes' }).writeModes, [{ mode: 'zeroes', percent: 100 }]);
  assert.deepEqual(jobOf({ write_mode: 'write/50:zeroes:verify/' }).writeModes, [
    { mode: 'write', percent: 50 },
    { mode: 'zeroes', percent: 25 },
    { mode: 'verify', percent: 25 },
  ]);
});

for (const [mode, problem] of [
  ['erase', /expects write, zeroes, verify/],
  ['write/50:zeroes/40', /add up to 90 %/],
  ['write/50:write/50', /names write twice/],
  ['write/a:zeroes', /whole percentage/],
] as const)
  test(`write_mode: ${mode} is refused in words`, () => {
    assert.match(problemsOf({ write_mode: mode })[0], problem);
  });

test('trims need allow_writes, and have neither write_mode nor fsync', () => {
  assert.match(problemsOf({ rw: 'randtrim' }, { allow_writes: false })[0], /randtrim writes to the device/);
  for (const key of [{ write_mode: 'zeroes' }, { fsync: 3 }])
    assert.match(problemsOf({ rw: 'trim', ...key })[0], /no meaning with rw: trim/);
  assert.match(problemsOf({ rw: 'read', fsync: 3 })[0], /no meaning with rw: read/);
});

test('gates speak of the operations that a job has', () => {
  const gate = (job: object, text: string) => read(job, { gates: [text] });
  assert.ok('config' in gate({ fsync: 4 }, 'flush.p99 <= 1ms'));
  assert.ok('config' in gate({ rw: 'trim' }, 'deallocate.iops >= 5'));
  assert.ok('config' in gate({ write_mode: 'zeroes' }, 'write-zeroes.iops >= 5'));
  assert.ok('findings' in gate({ rw: 'trim' }, 'write.iops >= 5'));
});
