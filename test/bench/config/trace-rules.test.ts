/** `read_iolog` beside other keys. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../../../bench/config/validate.js';

const found = (job: object, defaults: object = {}) =>
  validate({ device: 'null', defaults, jobs: [{ name: 'a', ...job }] });

function problemOf(job: object, defaults: object = {}): string {
  const result = found(job, defaults);
  return 'findings' in result ? result.findings.map(({ message }) => message).join('; ') : 'none';
}

const TRACE = { read_iolog: 'a.log' };

for (const [job, problem] of [
  [{ ...TRACE, rw: 'randread' }, /^rw comes from the trace of read_iolog$/],
  [{ ...TRACE, bs: '8k' }, /^bs comes from the trace/],
  [{ ...TRACE, rate_iops: 100 }, /^rate_iops comes from the trace/],
  [{ ...TRACE, ramp_time: '1s' }, /^has no meaning with read_iolog$/],
  [{ ...TRACE, numjobs: 2 }, /^one worker plays a trace$/],
  [{ ...TRACE, completion: 'interrupt' }, /needs completion: poll/],
  [{ ...TRACE, replay_align: '3k' }, /power of two/],
  [{ ...TRACE, replay_skip: 'reads' }, /^expects read, write, trim, sync/],
  [{ rw: 'read', runtime: '1s', replay_no_stall: true }, /^has no meaning without read_iolog$/],
] as const)
  test(`${JSON.stringify(job)} is refused`, () => assert.match(problemOf(job), problem));

test('a trace is enough of a job: it needs neither rw nor an end, and no allow_writes until it is read', () => {
  assert.equal(problemOf(TRACE), 'none');
  assert.equal(
    problemOf({ ...TRACE, iodepth: 32, runtime: '10s', replay_skip: 'sync, write', log: 'x' }),
    'none',
  );
});

test('what defaults say for the other jobs does not apply', () => {
  const result = found(TRACE, { rw: 'randread', bs: '8k', runtime: '5s', ramp_time: '1s', iodepth: 16 });
  assert.ok('config' in result);
  const [{ bs, iodepth, rampTimeMs, runtimeMs, replayTimeScale }] = result.config.jobs;
  assert.deepEqual([bs, iodepth, rampTimeMs, runtimeMs, replayTimeScale], [undefined, 16, 0, 5000, 100]);
});

test('jobs without a trace have none of its keys', () => {
  const result = found({ rw: 'read', runtime: '1s' });
  assert.ok('config' in result);
  assert.ok(Object.keys(result.config.jobs[0]).every((field) => !field.startsWith('replay')));
});
