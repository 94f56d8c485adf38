import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { EXIT } from '../../../bench/console/exit-code.js';
import { watchOutput, withLostOutput } from '../../../bench/console/lost-output.js';

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`write ${code}`), { code });
}

function watched(): { stdout: PassThrough; stderr: PassThrough; lost: ReturnType<typeof watchOutput> } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  return { stdout, stderr, lost: watchOutput(stdout, stderr) };
}

test('the first failure of stdout is kept', () => {
  const { stdout, lost } = watched();
  assert.equal(lost(), undefined);
  stdout.emit('error', failure('ENOSPC'));
  stdout.emit('error', failure('EIO'));
  assert.equal(lost()?.code, 'STDOUT_LOST');
  assert.equal(lost()?.reason, 'no space is left');
});

test('a reader that goes away is no failure of stdout', () => {
  const { stdout, lost } = watched();
  stdout.emit('error', failure('EPIPE'));
  assert.equal(lost(), undefined);
});

test('what stderr cannot say is dropped', () => {
  const { stderr, lost } = watched();
  stderr.emit('error', failure('EIO'));
  assert.equal(lost(), undefined);
});

test('lost output is told where the command came to its end, and hides no other outcome', () => {
  for (const code of [EXIT.OK, EXIT.IO_ERRORS]) assert.equal(withLostOutput(code), EXIT.ENVIRONMENT);
  for (const code of [EXIT.DEVICE_LOST, EXIT.GATE_FAILED, EXIT.TERMINATED])
    assert.equal(withLostOutput(code), code);
});
