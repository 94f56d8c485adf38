/**
 * No latency is shorter than it was: against a software controller that never answers earlier than it is told to, beside CPU
 * burners that take the CPU away anywhere, in a process that is stopped and continued.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { latencyIndex, latencyOfIndex } from '../../../engine/stats/histogram.js';
import { sleepMs } from '../../../engine/sys/clock.js';

const CHILD = fileURLToPath(new URL('./stopped-child.js', import.meta.url));
const LATENCY_NS = 80_000;
const BURNERS = 2;
const STOPS = 8;
const STOP_MS = 60;
const HANG_MS = 120_000;

const burners: ChildProcess[] = [];
before(() => {
  for (let i = 0; i < BURNERS; i++)
    burners.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
});
after(() => {
  for (const burner of burners) burner.kill('SIGKILL');
});

interface Measured {
  readonly totalCount: number;
  readonly minNs: number;
  readonly maxNs: number;
  readonly elapsedNs: number;
  readonly stopReason: string;
  readonly lostIos: number;
  readonly drain: { readonly ios: number; readonly maxNs: number };
}

/** Runs the child, which is stopped for a while again and again once it measures. */
async function measure(depth: number): Promise<Measured> {
  const child = spawn(process.execPath, [CHILD, String(depth), String(LATENCY_NS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, 'measuring');
    for (let i = 0; i < STOPS; i++) {
      child.kill('SIGSTOP');
      await sleepMs(STOP_MS);
      child.kill('SIGCONT');
      await sleepMs(37 + 11 * i);
    }
    return JSON.parse((await lines.next()).value as string) as Measured;
  } finally {
    child.kill('SIGKILL');
  }
}

for (const depth of [1, 32, 128])
  test(`at depth ${depth} none is below the latency of the device, though all is stopped in the middle`, {
    timeout: HANG_MS,
  }, async () => {
    const { totalCount, minNs, maxNs, elapsedNs, stopReason, lostIos, drain } = await measure(depth);
    // `minNs` is the lowest latency of its index: of which all are at least what the device takes, or none.
    assert.equal(latencyOfIndex(latencyIndex(LATENCY_NS)), LATENCY_NS);
    assert.ok(minNs >= LATENCY_NS, `${minNs} ns`);
    assert.ok(totalCount > 5, `${totalCount} I/Os`);
    // The stops were within the measurement, and cost it nothing but their time.
    assert.ok(maxNs >= STOP_MS * 0.9e6, `${maxNs} ns`);
    assert.deepEqual([elapsedNs, stopReason, lostIos], [2500e6, 'runtime', 0]);
    assert.ok(drain.ios === depth && drain.maxNs >= LATENCY_NS);
  });
