import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf, runExitCode, withGates } from '../../../bench/console/exit-code.js';
import { EngineError, type FailureKind } from '../../../engine/errors.js';
import type { BenchResult, StopReason } from '../../../reports/index.js';
import { readJob, sampleResult } from '../../reports/sample.js';

const failure = (kind: FailureKind, code = 'X'): EngineError =>
  new EngineError({ code, op: 'op', target: 't', reason: 'r', hint: 'h', kind });

function resultOf(
  stopReason: StopReason,
  errors: Partial<BenchResult['jobs'][number]['errors']> = {},
): BenchResult {
  const job = { ...readJob(), stopReason };
  job.errors = { ...job.errors, ...errors };
  return { ...sampleResult(), jobs: [readJob(), job] };
}

test('wrong input is 2, everything around the tool 3, an interruption 130', () => {
  assert.equal(exitCodeOf(failure('input')), 2);
  assert.equal(exitCodeOf(failure('environment')), 3);
  assert.equal(exitCodeOf(failure('interrupted')), 130);
  assert.equal(exitCodeOf(new Error('a defect')), 3);
});

test('a run that came to its own end is 0', () => {
  for (const reason of ['runtime', 'number_ios', 'size'] as const)
    assert.equal(runExitCode(resultOf(reason)), 0);
});

test('any failed, lost or unexpected I/O is 1', () => {
  assert.equal(runExitCode(resultOf('runtime', { total: 1 })), 1);
  assert.equal(runExitCode(resultOf('runtime', { timeouts: 1 })), 1);
  assert.equal(runExitCode(resultOf('runtime', { unexpectedCompletions: 1 })), 1);
});

test('data that is not what was written is 7, whatever gates say', () => {
  const result = resultOf('size');
  const badBlocks = { corrupt: 0, stale: 1, torn: 0, misdirected: 0, unwritten: 0 };
  result.jobs[0].verification = { method: 'crc32c', goodBlocks: 9, unknownBlocks: 0, badBlocks, shown: [] };
  assert.equal(runExitCode(result), 7);
  assert.equal(withGates(7, 0), 7);
  assert.equal(withGates(7, 10), 7);
});

test('what could not be read back is 3 where the device did not answer, and 1 where it failed', () => {
  const result = resultOf('size');
  const badBlocks = { corrupt: 0, stale: 0, torn: 0, misdirected: 0, unwritten: 0 };
  const readBack = { ios: 3, durationNs: 1, failedIos: 0 };
  const verification = { method: 'crc32c' as const, goodBlocks: 9, unknownBlocks: 0, badBlocks, shown: [] };
  result.jobs[0].verification = { ...verification, readBack };
  assert.equal(runExitCode(result), 0);
  result.jobs[0].verification = { ...verification, readBack: { ...readBack, failedIos: 1 } };
  assert.equal(runExitCode(result), 1);
  result.jobs[0].verification = { ...verification, readBack: { ...readBack, ended: 'timeout' } };
  assert.equal(runExitCode(result), 3);
});

test('an I/O that timed out is 3: the device is at fault, not the data', () => {
  assert.equal(runExitCode(resultOf('timeout', { timeouts: 1 })), 3);
});

test('a lost device is 4, whatever else failed', () => {
  assert.equal(runExitCode(resultOf('device-lost', { timeouts: 4 })), 4);
  assert.equal(runExitCode(resultOf('timeout', { timeouts: 4 }), failure('environment', 'DEVICE_LOST')), 4);
  assert.equal(runExitCode(resultOf('interrupted'), failure('environment', 'DEVICE_ASKED_BACK')), 4);
});

test('a failure beside results has the exit code of its kind', () => {
  assert.equal(runExitCode(resultOf('runtime'), failure('environment')), 3);
  assert.equal(runExitCode(resultOf('runtime'), failure('input')), 2);
});
