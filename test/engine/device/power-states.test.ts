/** What power states make of the time of commands, in a time of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Features } from '../../../engine/device/features.js';
import { PowerStates } from '../../../engine/device/power-states.js';
import { parseSimOptions } from '../../../engine/path/pcie/transport/sim-options.js';
import { BenchController } from './bench-controller.js';

const [NSID, PRP1, CDW10, CDW11] = [1, 6, 10, 11];
const POWER =
  '8W;4W,slower=3;50mW,idle,enter=2ms,exit=10ms,after=100ms;5mW,idle,enter=20ms,exit=50ms,after=1s';

class Clock {
  readonly features: Features;
  readonly power: PowerStates;
  nowMs = 0;

  constructor(power = POWER) {
    const { config } = parseSimOptions({ power, latency: 'none' }, 1);
    this.features = new Features(config);
    this.power = new PowerStates(config.powerStates!, this.features, 0);
  }

  setAutonomous(enabled: number): void {
    const command = new Uint32Array(16);
    command[CDW10] = 0x0c;
    command[CDW11] = enabled;
    assert.equal(this.features.set(command, false), 0);
  }

  /** A command of so many ms, after so long without any; how long it takes. */
  io(pauseMs: number, takesMs = 1): number {
    this.nowMs += pauseMs;
    const timesMs = Float64Array.of(this.nowMs, this.nowMs + takesMs);
    this.power.delay(timesMs, 0, 1);
    const took = timesMs[1] - this.nowMs;
    this.nowMs = timesMs[1];
    return took;
  }
}

test('an I/O after a pause waits for the way out of the state that the pause has led to', () => {
  const drive = new Clock();
  assert.deepEqual(
    [drive.io(0), drive.io(99), drive.io(110), drive.io(0), drive.io(5000)],
    [1, 1, 11, 1, 51],
  );
  assert.deepEqual(drive.power.truth(drive.nowMs), { state: 0, wakeups: 2 });
  assert.equal(drive.power.truth(drive.nowMs + 500).state, 2);
  assert.equal(drive.power.truth(drive.nowMs + 1100).state, 3);
});

test('one that finds it on the way in waits for that too, and one beside it for no more', () => {
  const drive = new Clock();
  drive.io(0);
  assert.equal(drive.io(101), 2 - 1 + 10 + 1);
  const timesMs = Float64Array.of(drive.nowMs - 5, drive.nowMs - 4);
  drive.power.delay(timesMs, 0, 1);
  assert.equal(timesMs[1] - timesMs[0], 4 + 1);
});

test('without autonomous transitions it stays awake, unless the host has it sleep', () => {
  const drive = new Clock();
  drive.setAutonomous(0);
  assert.deepEqual([drive.io(0), drive.io(5000)], [1, 1]);
  drive.power.choose(3, drive.nowMs);
  assert.equal(drive.power.truth(drive.nowMs + 100).state, 3);
  assert.deepEqual([drive.io(100), drive.io(5000)], [51, 1]);
});

test('a lower operational state is slower, and is the one that it wakes up to', () => {
  const drive = new Clock();
  drive.power.choose(1, 0);
  assert.deepEqual([drive.io(0, 2), drive.io(500, 2), drive.io(0, 2)], [6, 16, 6]);
  assert.equal(drive.power.truth(drive.nowMs - 1).state, 1);
});

test('a table that leads in a circle, or to a state that does I/O, ends nothing', () => {
  const drive = new Clock();
  for (const target of [1, 2, 3, 31]) {
    const view = new DataView(drive.features.transitions.buffer);
    for (let state = 0; state < 4; state++) view.setUint32(8 * state, (target << 3) | (1 << 8), true);
    assert.ok(drive.io(1000) < 100);
  }
});

test('a host is told of the states, of the one that it is in, and of the table', () => {
  const host = new BenchController({ power: POWER });
  host.start();
  const page = (entry: { opcode: number; [word: number]: number }): DataView => {
    host.submit(0, { ...entry, [PRP1]: host.dataIova });
    return new DataView(Uint32Array.from(host.words(host.dataIova, 1024)).buffer);
  };
  const identity = page({ opcode: 6, [CDW10]: 1 });
  assert.deepEqual([identity.getUint8(263), identity.getUint8(265)], [3, 1]);
  const state = (index: number) => {
    const at = 2048 + 32 * index;
    const [power, flags] = [identity.getUint16(at, true), identity.getUint8(at + 3)];
    return [power, flags, identity.getUint32(at + 4, true), identity.getUint32(at + 8, true)];
  };
  assert.deepEqual([0, 2, 3].map(state), [
    [800, 0, 0, 0],
    [500, 3, 2000, 10_000],
    [50, 3, 20_000, 50_000],
  ]);
  const table = page({ opcode: 0x0a, [CDW10]: 0x0c });
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => table.getUint32(8 * index, true)),
    [(2 << 3) | (100 << 8), (2 << 3) | (100 << 8), (3 << 3) | (900 << 8), 0],
  );
  host.submit(0, { opcode: 9, [CDW10]: 2, [CDW11]: 3 });
  assert.equal(host.controller.truth().power?.state, 3);
  host.run({ opcode: 0, [NSID]: 1 });
  assert.deepEqual(host.controller.truth().power, { state: 0, wakeups: 1 });
});
