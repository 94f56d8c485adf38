import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineError, SystemError } from '../../../../engine/errors.js';
import { type Circumstances, explain, probeAbilities } from '../../../../engine/path/uring/abilities.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';

function refusal(errnoName: string, known: Partial<Circumstances> = {}): EngineError {
  const parts = { code: errnoName, op: 'io_uring_setup', target: 'uring:/a', reason: errnoName, hint: '' };
  const otherwise = { disabled: undefined, filtered: false, kernelSubmits: false };
  return explain(new SystemError({ ...parts, errno: 1, errnoName }), 'uring:/a', { ...otherwise, ...known });
}

test('a ring of this kernel is made disabled, so that the thread that enters it enables it', () => {
  const { flags } = probeAbilities('uring:/a');
  assert.notEqual(flags & SETUP.R_DISABLED, 0);
});

for (const [errno, known, reason, hint] of [
  ['ENOSYS', {}, /^this kernel has no io_uring \(/, /kernel of 5\.10/],
  ['ENOSYS', { filtered: true }, /no io_uring, or a filter/, /5\.10.*seccomp=unconfined/],
  ['ENOSYS', { filtered: true, disabled: '0' }, /^a filter.*hides/, /^run it outside.*seccomp=unconfined/],
  ['EPERM', { disabled: '2' }, /io_uring_disabled is 2.*everybody/, /sysctl kernel.io_uring_disabled=0/],
  ['EPERM', { disabled: '1' }, /io_uring_disabled is 1.*all but root/, /sysctl kernel.io_uring_disabled=0/],
  ['EPERM', { disabled: '0' }, /seccomp/, /seccomp=unconfined/],
  ['EPERM', {}, /seccomp/, /seccomp=unconfined/],
  ['EACCES', {}, /security module/, /its policy/],
] as const)
  test(`${errno} with ${JSON.stringify(known)} is told with its remedy`, () => {
    const error = refusal(errno, known);
    assert.deepEqual([error.code, error.kind], ['IO_URING_UNAVAILABLE', 'environment']);
    assert.match(error.reason, reason);
    assert.match(error.hint, hint);
  });

test('where rings can be had, but none with SQPOLL, it is that which is refused', () => {
  const error = refusal('EPERM', { kernelSubmits: true, disabled: '0' });
  assert.deepEqual([error.code, error.kind], ['SQPOLL_REFUSED', 'environment']);
  assert.match(error.hint, /root.*sqpoll/);
});

test('a CPU that this machine does not have is refused by its number, not as an old kernel', () => {
  assert.throws(() => probeAbilities('uring:/a', SETUP.SQPOLL | SETUP.SQ_AFF, 8191), {
    code: 'CPU_NOT_ALLOWED',
    kind: 'input',
    message: /CPU 8191 .*sqpoll_cpu/,
  });
});

test('any other refusal keeps its errno', () => {
  assert.equal(refusal('ENOMEM').code, 'ENOMEM');
});
