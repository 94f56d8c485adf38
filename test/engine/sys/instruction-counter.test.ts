/** Counters of events: those of the kernel, which every machine has, and instructions where the CPU shows them. */
import assert from 'node:assert/strict';
import { closeSync, openSync, readSync } from 'node:fs';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { threadCpuTimeNs } from '../../../engine/sys/cpu-time.js';
import {
  type CountedEvent,
  countEvent,
  type EventCounter,
  INSTRUCTIONS,
} from '../../../engine/sys/instruction-counter.js';
import { mapSparse, unmap, viewAt } from '../../../engine/sys/mapping.js';
import { openFds } from '../../fixtures/open-fds.js';

const TASK_CLOCK: CountedEvent = { type: 1, config: 1 };
const PAGE_FAULTS: CountedEvent = { type: 1, config: 2 };
const PAGE_BYTES = 4096;
const PAGES = 256;

function counterOf(event: CountedEvent): EventCounter {
  const counter = countEvent(event);
  if (typeof counter === 'string') assert.fail(counter);
  return counter;
}

const countOf = ({ read }: EventCounter): number => {
  const count = read();
  if (typeof count === 'string') assert.fail(count);
  return count;
};

function burn(turns: number): number {
  let x = 1;
  for (let i = 0; i < turns; i++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  return x;
}

test('pages that this thread touches for the first time are each counted once', () => {
  const mapping = mapSparse(PAGES * PAGE_BYTES);
  const counter = counterOf(PAGE_FAULTS);
  const bytes = new Uint8Array(viewAt(mapping.address, mapping.lengthBytes));
  const before = countOf(counter);
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) bytes[at] = 1;
  const found = countOf(counter) - before;
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) bytes[at] = 2;
  const again = countOf(counter) - before - found;
  counter.close();
  unmap(mapping);
  assert.ok(found >= PAGES && found < 1.5 * PAGES, `${found} faults of ${PAGES} pages`);
  assert.ok(again < PAGES / 2, `${again} faults of pages that were there`);
});

test('pages that the kernel touches for this thread are not counted', () => {
  const mapping = mapSparse(PAGES * PAGE_BYTES);
  const counter = counterOf(PAGE_FAULTS);
  const bytes = new Uint8Array(viewAt(mapping.address, mapping.lengthBytes));
  const fd = openSync('/dev/zero', 'r');
  const before = countOf(counter);
  assert.equal(readSync(fd, bytes), bytes.length);
  const found = countOf(counter) - before;
  closeSync(fd);
  counter.close();
  unmap(mapping);
  assert.ok(found < PAGES / 2, `${found} faults in a read into ${PAGES} pages`);
});

test('the clock of a task agrees with the CPU time that the C library tells', () => {
  const counter = counterOf(TASK_CLOCK);
  const [fromNs, from] = [threadCpuTimeNs(), countOf(counter)];
  burn(2e7);
  const [byEvent, byClock] = [countOf(counter) - from, threadCpuTimeNs() - fromNs];
  counter.close();
  assert.ok(Math.abs(byEvent / byClock - 1) < 0.1, `${byEvent} ns against ${byClock} ns`);
});

test('what another thread does is not counted', async () => {
  const counter = counterOf(TASK_CLOCK);
  const code = `${burn.toString()}; burn(1e8);
    require('node:worker_threads').parentPort.postMessage(0)`;
  const worker = new Worker(code, { eval: true });
  const from = countOf(counter);
  const startNs = process.hrtime.bigint();
  await new Promise((resolve) => worker.once('message', resolve));
  const own = countOf(counter) - from;
  const waited = Number(process.hrtime.bigint() - startNs);
  counter.close();
  await worker.terminate();
  assert.ok(own < waited / 2, `${own} ns of this thread in ${waited} ns of waiting`);
});

test('a counter that is closed leaves no descriptor behind', () => {
  const before = openFds();
  for (let i = 0; i < 100; i++) counterOf(PAGE_FAULTS).close();
  assert.equal(openFds(), before);
});

test('an event that nobody counts is answered with the reason and the name of the error', () => {
  assert.match(String(countEvent({ type: 1, config: 9999 })), /^this machine has no counter .*\(ENOENT\)$/);
});

test('twice as many turns of a loop take twice as many instructions, where the CPU shows them', (t) => {
  const counter = countEvent(INSTRUCTIONS);
  if (typeof counter === 'string') {
    t.skip(counter);
    return;
  }
  const instructionsOf = (turns: number): number => {
    const before = countOf(counter);
    burn(turns);
    return countOf(counter) - before;
  };
  burn(1e7);
  const [once, twice] = [instructionsOf(1e7), instructionsOf(2e7)];
  counter.close();
  assert.ok(Math.abs(twice / once - 2) < 0.02, `${once} and ${twice}`);
  assert.ok(once > 1e7 && once < 20e7, `${once} instructions of 1e7 turns`);
});
