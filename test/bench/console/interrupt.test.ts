import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type Interrupt, listenForInterrupt } from '../../../bench/console/interrupt.js';

let interrupt: Interrupt;
afterEach(() => interrupt.dispose());

test('before any signal nothing is asked for', () => {
  interrupt = listenForInterrupt();
  assert.equal(interrupt.signal.aborted, false);
  assert.equal(interrupt.abandonSignal.aborted, false);
  assert.equal(interrupt.exitCode(), undefined);
});

for (const [name, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${name} asks to drain and ends with ${exitCode}`, () => {
    interrupt = listenForInterrupt();
    process.emit(name, name);
    assert.equal(interrupt.signal.aborted, true);
    assert.equal(interrupt.abandonSignal.aborted, false);
    assert.equal(interrupt.exitCode(), exitCode);
    assert.equal(interrupt.signal.reason, name);
  });
}

test('a second signal asks not to wait, and the first one stays the reason', () => {
  interrupt = listenForInterrupt();
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGTERM', 'SIGTERM');
  assert.equal(interrupt.abandonSignal.aborted, true);
  assert.equal(interrupt.exitCode(), 130);
  assert.equal(interrupt.signal.reason, 'SIGINT');
});

test('the next signal is one that has not come yet', () => {
  interrupt = listenForInterrupt();
  const first = interrupt.nextSignal();
  process.emit('SIGINT', 'SIGINT');
  const second = interrupt.nextSignal();
  assert.deepEqual([first.aborted, second.aborted], [true, false]);
  process.emit('SIGTERM', 'SIGTERM');
  assert.equal(second.aborted, true);
});

test('afterwards signals are left to the process again', () => {
  const before = process.listenerCount('SIGINT');
  interrupt = listenForInterrupt();
  assert.equal(process.listenerCount('SIGINT'), before + 1);
  interrupt.dispose();
  assert.equal(process.listenerCount('SIGINT'), before);
});
