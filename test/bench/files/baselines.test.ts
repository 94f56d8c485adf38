import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import {
  baselineKey,
  findBaseline,
  listBaselines,
  namedBaseline,
  saveBaseline,
} from '../../../bench/files/baselines.js';
import { sampleResult, troubledResult } from '../../reports/sample.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nvbench-baselines-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const named = (result = sampleResult()) => ({ name: 'r.json', result });
const code = (expected: string) => (error: unknown) => (error as { code: string }).code === expected;

test('what is saved is found again for a run of the same device and workload', () => {
  const path = saveBaseline(dir, named(), false);
  assert.match(path, /\/Example-SSD-1TB_S0EXAMPLE123_4B2QJXD7_512\/[0-9a-f]{12}\.json$/);
  const again = sampleResult();
  again.config = { jobs: [{ rw: 'randread', name: 'randread-qd32', repeat: 5 }], device: 'pci:0000:09:00.0' };
  assert.deepEqual(findBaseline(dir, again).result, sampleResult());
});

test('another firmware, LBA format or workload has a baseline of its own', () => {
  const key = baselineKey(sampleResult());
  const other = sampleResult();
  other.devices[0] = { ...other.devices[0], firmwareRevision: 'X' };
  assert.notEqual(baselineKey(other).device, key.device);
  const format = sampleResult();
  format.devices[0] = { ...format.devices[0], lbaBytes: 4096 };
  assert.notEqual(baselineKey(format).device, key.device);
  const work = sampleResult();
  work.config = { jobs: [{ name: 'randread-qd32', rw: 'randwrite' }] };
  assert.notEqual(baselineKey(work).workload, key.workload);
});

test('a baseline is found by what is asked for, however that is written', () => {
  const asked = (written: string) => ({
    ...sampleResult(),
    config: { jobs: [{ rw: 'read', bs: written }] },
    workload: { jobs: [{ rw: 'read', bs: 4096 }] },
  });
  saveBaseline(dir, named(asked('4k')), false);
  assert.deepEqual(findBaseline(dir, asked('4096')).result, asked('4k'));
});

test('a baseline of before that is found by how it is written', () => {
  saveBaseline(dir, named(), false);
  const newer = { ...sampleResult(), workload: { jobs: [] } };
  assert.deepEqual(findBaseline(dir, newer).result, sampleResult());
});

test('one is not replaced unless that is asked for', () => {
  saveBaseline(dir, named(), false);
  assert.throws(() => saveBaseline(dir, named(), false), code('BASELINE_EXISTS'));
  assert.ok(saveBaseline(dir, named(), true));
});

const fio = () => ({ ...sampleResult(), devices: [], imported: { tool: 'fio', version: '3.33' } });

test('an import is kept by its tool and target, and found again', () => {
  const path = saveBaseline(dir, named(fio()), false);
  assert.match(path, /\/imported_fio_pci-0000-01-00\.0\/[0-9a-f]{12}\.json$/);
  assert.equal(listBaselines(dir).length, 1);
  assert.deepEqual(findBaseline(dir, fio()).result, fio());
});

test('an import is not replaced unless that is asked for', () => {
  saveBaseline(dir, named(fio()), false);
  assert.throws(() => saveBaseline(dir, named(fio()), false), code('BASELINE_EXISTS'));
});

test('an incomplete result is no baseline', () => {
  assert.throws(() => saveBaseline(dir, named(troubledResult()), false), code('BASELINE_INCOMPLETE'));
});

test('a result with a job that was stopped or is invalid is no baseline, and the refusal names the job', () => {
  const result = sampleResult();
  for (const [problem, reason] of [
    [{ verdict: { level: 'invalid', reasons: ['io-timeout'] } }, / is invalid: io-timeout/],
    [{ stopReason: 'errors' }, / did not run to its end: errors/],
  ] as const) {
    const jobs = result.jobs.map((job, i) => (i === 0 ? { ...job, ...problem } : job)) as typeof result.jobs;
    assert.throws(() => saveBaseline(dir, named({ ...result, jobs }), false), {
      code: 'BASELINE_INVALID',
      reason,
    });
  }
  assert.deepEqual(listBaselines(dir), []);
});

test('a device whose name is a path stays inside the directory', () => {
  const hostile = sampleResult();
  hostile.devices[0] = {
    ...hostile.devices[0],
    modelNumber: '../../etc',
    serialNumber: '/..',
    firmwareRevision: '\0',
  };
  const path = saveBaseline(dir, named(hostile), false);
  assert.ok(resolve(path).startsWith(`${resolve(dir)}/`));
  assert.equal(listBaselines(dir).length, 1);
});

test('a missing baseline says what there is, a broken one why', () => {
  assert.throws(() => findBaseline(dir, sampleResult()), code('BASELINE_MISSING'));
  const path = saveBaseline(dir, named(), false);
  writeFileSync(path, '{"schemaVersion": 1');
  assert.throws(() => findBaseline(dir, sampleResult()), code('RESULT_UNREADABLE'));
  assert.match(listBaselines(dir)[0].problem ?? '', /not an nvbench result/);
});

test('a pipe in place of a baseline is not waited for', () => {
  const path = saveBaseline(dir, named(), false);
  rmSync(path);
  execFileSync('mkfifo', [path]);
  assert.throws(() => findBaseline(dir, sampleResult()), {
    code: 'RESULT_UNREADABLE',
    reason: /no regular file/,
  });
});

test('one is shown by its workload or by the start of its device', () => {
  const path = saveBaseline(dir, named(), false);
  const { workload } = baselineKey(sampleResult());
  assert.equal(namedBaseline(dir, workload).path, path);
  assert.equal(namedBaseline(dir, 'Example-SSD').path, path);
  assert.throws(() => namedBaseline(dir, 'nothing'), code('BASELINE_MISSING'));
});
