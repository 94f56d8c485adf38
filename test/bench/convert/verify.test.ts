import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converted, jobOf, lostOf } from './converted.js';

const differs = (lines: string): string[] =>
  converted(`[a]\nsize=1m\n${lines}\n`)
    .findings.filter(({ kind }) => kind === 'differs')
    .map(({ what }) => what);

test('every checksum of fio is a CRC32C here, which is said where it is another', () => {
  assert.equal(jobOf('rw=write\nverify=crc32c').verify, 'crc32c');
  assert.deepEqual(differs('rw=write\ndirect=1\nverify=crc32c'), []);
  for (const method of ['md5', 'xxhash', 'sha512', 'pattern']) {
    assert.equal(jobOf(`rw=write\nverify=${method}`).verify, 'crc32c');
    assert.deepEqual(differs(`rw=write\ndirect=1\nverify=${method}`), [`verify=${method}`]);
  }
  assert.equal(lostOf('[a]\nrw=write\nsize=1m\nverify=nosuch\n').length, 1);
});

test('what goes with it is carried, and without it does nothing', () => {
  const { doVerify, verifyFatal, verifyOnly } = jobOf(
    'rw=write\nsize=1m\nverify=md5\ndo_verify=0\nverify_fatal=1',
  );
  assert.deepEqual([doVerify, verifyFatal, verifyOnly], [false, true, false]);
  assert.equal(jobOf('rw=write\nsize=1m\nverify=md5\nverify_only').verifyOnly, true);
  assert.deepEqual(lostOf('[a]\nrw=write\nsize=1m\ndo_verify=0\nverify_only\nverify_fatal=1\n'), []);
  assert.deepEqual(
    lostOf('[a]\nrw=write\nsize=1m\nverify=md5\nverify_dump=1\nverifysort=1\nverify_interval=4k\n'),
    [],
  );
});

test('what could not be verified is told of', () => {
  assert.match(
    lostOf('[a]\nrw=write\nsize=1m\nverify=md5\nnumjobs=2\n')[0],
    /verify=md5: its workers write to the same blocks/,
  );
  assert.deepEqual(lostOf('[a]\nrw=read\nsize=1m\nverify=md5\nnumjobs=2\n'), []);
  assert.match(
    lostOf('[a]\nrw=write\nsize=1m\nverify=md5\nverify_only\ntime_based\nruntime=1\n')[0],
    /verify_only: .*runtime/,
  );
  assert.match(
    lostOf('[a]\nrw=rw\nsize=1m\nverify=md5\nverify_backlog=8\nverify_backlog_batch=2\n')[0],
    /verify_backlog=8: only of jobs that write alone/,
  );
});

test('reads between the writes are carried, and do nothing where nothing is written', () => {
  const job = jobOf('rw=write\nsize=1m\nverify=crc32c\nverify_backlog=1k\nverify_backlog_batch=64');
  assert.deepEqual([job.verifyBacklog, job.verifyBacklogBatch], [1024, 64]);
  assert.deepEqual(lostOf('[a]\nrw=read\nsize=1m\nverify=md5\nverify_backlog=8\n'), []);
  assert.deepEqual(lostOf('[a]\nrw=write\nsize=1m\nverify_backlog=8\n'), []);
});

test('workers of one region are verified where it does not matter whose write a block is of', () => {
  const job = jobOf('rw=randwrite\nsize=1m\nverify=crc64\nnumjobs=4\nverify_write_sequence=0\natomic=1');
  assert.deepEqual([job.verify, job.verifyWriteSequence, job.atomic], ['crc32c', false, true]);
});
