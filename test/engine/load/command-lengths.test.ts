import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireLengths } from '../../../engine/load/command-lengths.js';
import type { CommandLimits } from '../../../engine/spec/index.js';
import type { OperationName } from '../../../engine/stats/operations.js';
import { runText } from '../../bench/run/run-text.js';
import { JOB } from './specs.js';

const NAMESPACE = { nsid: 1, lbaBytes: 512, sizeBytes: 2 ** 40, metadataBytes: 0, protectionType: 0 };
const LIMITS: CommandLimits = {
  verifyBytes: 8192,
  writeZeroesBytes: 16_384,
  writeUncorrectableBytes: 65_536,
  deallocateRanges: 4,
  deallocateRangeLbas: 2048,
  deallocateLbas: 4096,
};

const check =
  (operation: OperationName, bsBytes: number, numRange = 1, limits?: CommandLimits) =>
  (): void =>
    requireLengths(
      'fake:0',
      { ...NAMESPACE, ...(limits ? { limits } : {}) },
      { ...JOB, mix: [{ operation, percent: 100 }], bsBytes, numRange },
    );

for (const [operation, most, field, numRange] of [
  ['verify', 8192, 'VSL', 1],
  ['write-zeroes', 16_384, 'WZSL', 1],
  ['write-uncorrectable', 65_536, 'WUSL', 1],
  ['deallocate', 2 ** 20, 'DMRSL', 1],
  ['deallocate', 2 ** 19, 'DMSL', 4],
] as [OperationName, number, string, number][])
  test(`${operation} is as long as ${field} lets, in ${numRange} ranges`, () => {
    assert.doesNotThrow(check(operation, most, numRange, LIMITS));
    const refused = { code: 'RANGE_TOO_LARGE', kind: 'input', message: new RegExp(`\\(${field}\\)`) };
    assert.throws(check(operation, most + 512, numRange, LIMITS), refused);
    assert.doesNotThrow(check(operation, most + 512, numRange));
  });

test('ranges of a command are as many as DMRL lets', () => {
  assert.throws(check('deallocate', 512, 8, LIMITS), {
    code: 'TOO_MANY_RANGES',
    message: /at most 4 ranges/,
  });
});

const LIMITED = 'sim:?size=4MiB&lba=512&latency=none&vs=2.0&vsl=8KiB&wzsl=8KiB&dmrl=2&dmrsl=1000&dmsl=1500';

test('a job goes by the limits of its controller, which has commands that ONCS does not name', async () => {
  const run = (...jobs: string[]) =>
    runText(`device: "${LIMITED}"`, 'allow_writes: true', 'jobs:', ...jobs.map((job) => `  - ${job}`));
  const { result, failure } = await run(
    '{ name: zero, rw: write, write_mode: zeroes, bs: 8k, size: 64k }',
    '{ name: check, rw: write, write_mode: verify, bs: 8k, size: 64k }',
    '{ name: emptied, rw: read, bs: 4k, size: 64k, purge: deallocate }',
  );
  assert.equal(failure, undefined);
  assert.deepEqual(
    result.jobs.map(({ errors }) => errors.total),
    [0, 0, 0],
  );
  await assert.rejects(
    async () => {
      const { failure: refused } = await run(
        '{ name: long, rw: write, write_mode: zeroes, bs: 16k, size: 64k }',
      );
      throw refused;
    },
    { code: 'RANGE_TOO_LARGE', message: /8192 bytes in one command \(WZSL\)/ },
  );
});
