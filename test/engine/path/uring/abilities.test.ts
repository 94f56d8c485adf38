import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineError, SystemError } from '../../../../engine/errors.js';
import { explain, probeAbilities } from '../../../../engine/path/uring/abilities.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';

function refusal(errnoName: string, disabled?: string): EngineError {
  const parts = { code: errnoName, op: 'io_uring_setup', target: 'uring:/a', reason: errnoName, hint: '' };
  return explain(new SystemError({ ...parts, errno: 1, errnoName }), 'uring:/a', disabled);
}

test('a ring of this kernel is made disabled, so that the thread that enters it enables it', () => {
  const { flags } = probeAbilities('uring:/a');
  assert.notEqual(flags & SETUP.R_DISABLED, 0);
});

for (const [errno, disabled, reason, hint] of [
  ['ENOSYS', undefined, /no io_uring/, /kernel of 5\.10/],
  ['EPERM', '2', /io_uring_disabled is 2.*everybody/, /sysctl kernel.io_uring_disabled=0/],
  ['EPERM', '1', /io_uring_disabled is 1.*all but root/, /sysctl kernel.io_uring_disabled=0/],
  ['EPERM', '0', /seccomp/, /seccomp=unconfined/],
  ['EPERM', undefined, /seccomp/, /seccomp=unconfined/],
] as const)
  test(`${errno} with kernel.io_uring_disabled ${disabled} is told with its remedy`, () => {
    const error = refusal(errno, disabled);
    assert.deepEqual([error.code, error.kind], ['IO_URING_UNAVAILABLE', 'environment']);
    assert.match(error.reason, reason);
    assert.match(error.hint, hint);
  });

test('any other refusal keeps its errno', () => {
  assert.equal(refusal('ENOMEM').code, 'ENOMEM');
});
