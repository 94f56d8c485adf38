import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { nowMs, nowNs, sleepMs, stampMs, stampNs, toMonotonicNs } from '../../../engine/sys/clock.js';

const hrNs = (): number => Number(process.hrtime.bigint());

test('a reading is a whole number of ns, and never less than the one before', () => {
  let before = nowNs();
  for (let i = 0; i < 100_000; i++) {
    const now = nowNs();
    assert.ok(Number.isInteger(now) && now >= before, `${now} after ${before}`);
    before = now;
  }
});

test('it goes as fast as the monotonic clock, in ns and in ms', async () => {
  const outer = hrNs();
  const from = [nowNs(), nowMs()];
  const inner = hrNs();
  await sleepMs(30);
  const innerEnd = hrNs();
  const to = [nowNs(), nowMs()];
  const outerEnd = hrNs();
  for (const elapsedNs of [to[0] - from[0], (to[1] - from[1]) * 1e6]) {
    assert.ok(elapsedNs >= innerEnd - inner - 2000, `${elapsedNs} of at least ${innerEnd - inner} ns`);
    assert.ok(elapsedNs <= outerEnd - outer + 2000, `${elapsedNs} of at most ${outerEnd - outer} ns`);
  }
});

test('what is stamped lies between the readings before and after it', () => {
  const [ns, ms] = [new Float64Array(1), new Float64Array(1)];
  const before = nowNs();
  stampNs(ns);
  stampMs(ms);
  const after = nowNs();
  assert.ok(before <= ns[0] && ns[0] <= ms[0] * 1e6 + 1 && ms[0] * 1e6 <= after + 1);
});

test('two readings can be less than a microsecond apart', () => {
  const [one, other] = [new Float64Array(1), new Float64Array(1)];
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 100_000; i++) {
    stampNs(one);
    stampNs(other);
    if (other[0] > one[0]) least = Math.min(least, other[0] - one[0]);
  }
  assert.ok(least < 1000, `${least} ns`);
});

test('the readings of a thread begin with an origin of its own', async () => {
  const url = new URL('../../../engine/sys/clock.js', import.meta.url).href;
  const code = `import(${JSON.stringify(url)}).then(({ nowNs }) => require('node:worker_threads').parentPort.postMessage(nowNs()))`;
  const worker = new Worker(code, { eval: true });
  const first = await new Promise<number>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
  // Two words of 32 bits hold it for centuries, and a double each ns of the next three months.
  assert.ok(Number.isInteger(first) && first >= 0 && first < 2 ** 40);
});

test('what is to be added for the clock of the host is known though a thread is stopped between two readings', () => {
  const offsets = Array.from({ length: 50 }, toMonotonicNs);
  const [before, now, after] = [process.hrtime.bigint(), nowNs(), process.hrtime.bigint()];
  for (const offsetNs of offsets)
    assert.ok(now + offsetNs > Number(before) - 1e5 && now + offsetNs < Number(after) + 1e5, `${offsetNs}`);
});
