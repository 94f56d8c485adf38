import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../../../bench/config/validate.js';

const JOB = { name: 'a', rw: 'read', number_ios: 9 };
const read = (root: object) => validate({ device: 'null', allow_writes: true, jobs: [JOB], ...root });

function problemsOf(root: object): string[] {
  const found = read(root);
  return 'findings' in found
    ? found.findings.map(({ path, message }) => `${path.join('.')}: ${message}`)
    : [];
}

function purgesOf(root: object): (string | undefined)[] {
  const found = read(root);
  assert.ok('config' in found, JSON.stringify(found));
  return found.config.jobs.map(({ purge }) => purge);
}

test('a purge needs allow_writes, wherever it stands', () => {
  const message = 'a purge destroys all data of the namespace, and allow_writes is not true';
  const off = { allow_writes: false };
  assert.deepEqual(problemsOf({ ...off, purge: 'format' }), [`purge: ${message}`]);
  assert.deepEqual(problemsOf({ ...off, jobs: [{ purge: 'format' }, JOB] }), [`jobs.0.purge: ${message}`]);
  assert.deepEqual(problemsOf({ ...off, jobs: [{ ...JOB, purge: 'format' }] }), [`jobs.0.purge: ${message}`]);
});

test('a step goes before a job, and is of the first of a sweep', () => {
  assert.match(problemsOf({ jobs: [JOB, { purge: 'format' }] })[0], /jobs\.1: a purge goes before a job/);
  assert.match(
    problemsOf({ jobs: [{ purge: 'format' }, { purge: 'deallocate' }, JOB] })[0],
    /jobs\.0: a purge goes before a job/,
  );
  const sweep = { ...JOB, matrix: { bs: ['4k', '8k'] } };
  assert.deepEqual(purgesOf({ jobs: [{ purge: 'format' }, sweep] }), ['format', undefined]);
  assert.deepEqual(purgesOf({ jobs: [{ ...sweep, purge: 'deallocate' }] }), ['deallocate', 'deallocate']);
});

test('a word that is no way to purge is refused', () => {
  assert.match(problemsOf({ purge: 'trim' })[0], /purge: expects one of deallocate, format, sanitize/);
  assert.match(
    problemsOf({ jobs: [{ purge: 'erase' }, JOB] })[0],
    /expects one of deallocate, format, sanitize/,
  );
});

test('jobs side by side begin on one state', () => {
  const parallel = [JOB, { ...JOB, name: 'b', purge: 'format' }];
  assert.match(problemsOf({ jobs: [{ parallel }] })[0], /beside a job with another purge/);
});
