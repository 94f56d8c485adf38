import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keptDepth, perfInitiator, type RunPlan } from '../../../../bench/micro/spdk/initiators.js';

const PRINTED = `
                                                             Latency(us)
Device Information                :       IOPS      MiB/s    Average        min        max
VFIOUSER (/run/null0) NSID 1 from core  1: 1527701.67    5967.58       0.64       0.41    2093.16
========================================================
Total                             : 1527701.67    5967.58       0.64       0.41    2093.16

Summary latency data for VFIOUSER (/run/null0) NSID 1 from core  1:
=================================================================================
  1.00000% :     0.436us
 10.00000% :     0.461us
 50.00000% :     0.512us
 95.00000% :     0.717us
`;

/** A program that prints that and ends with that code. */
function perf(t: TestContext, output: string, code: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'perf-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'spdk_nvme_perf.cjs');
  writeFileSync(
    path,
    `#!${process.execPath}\nprocess.stdout.write(${JSON.stringify(output)}); process.exitCode = ${code};`,
  );
  chmodSync(path, 0o755);
  return path;
}

const plan: RunPlan = {
  target: { traddr: '/run/null0', subnqn: 'nqn', stop: async () => undefined },
  depth: 1,
  cpu: 1,
  rampS: 0,
  runtimeS: 1,
  signal: new AbortController().signal,
};

test('IOPS, mean latency and median are read, and the kept depth follows from them', async (t) => {
  const figures = await perfInitiator(perf(t, PRINTED, 0))(plan);
  assert.deepEqual(figures, { iops: 1527701.67, meanNs: 640, p50Ns: 512 });
  assert.equal(keptDepth(figures).toFixed(3), '0.978');
});

test('a run that ends well without figures is an error: it found no namespace', async (t) => {
  const silent = perfInitiator(perf(t, 'Initialization complete. Launching workers.\n', 0));
  await assert.rejects(silent(plan), /printed no Total line.*Launching workers/s);
});

test('a run that fails is told with its words', async (t) => {
  await assert.rejects(perfInitiator(perf(t, 'no probe\n', 1))(plan), /exit code 1:\nno probe/);
});

test('an aborted run ends with the reason of the abort', async (t) => {
  const path = perf(t, '', 0);
  writeFileSync(path, `#!${process.execPath}\nsetInterval(() => {}, 1000);`);
  const stopped = new AbortController();
  const run = perfInitiator(path)({ ...plan, signal: stopped.signal });
  setTimeout(() => stopped.abort(new Error('stopped by SIGINT')), 200);
  await assert.rejects(run, /stopped by SIGINT/);
});
