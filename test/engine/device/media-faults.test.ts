/** Faults of what a drive holds, of its queues and its temperature, against the log of what was injected. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Injection } from '../../../engine/device/injection-log.js';
import { BenchController } from './bench-controller.js';

const [NSID, PRP1, CDW10, CDW11, CDW12] = [1, 6, 10, 11, 12];
const [WRITE, READ, FLUSH, ZONE_APPEND] = [1, 2, 0, 0x7d];
const FUA = 1 << 30;

class Host extends BenchController {
  constructor(faults: string, options: Record<string, string> = {}) {
    super({ ...options, faults });
    this.start();
  }

  /** Writes a block that is full of a number. */
  write(lba: number, value: number, flags = 0): number {
    this.poke(this.dataIova, new Array<number>(128).fill(value));
    return this.run({ opcode: WRITE, [NSID]: 1, [PRP1]: this.dataIova, [CDW10]: lba, [CDW12]: flags });
  }

  /** What is in the first word of a block; -1 where it cannot be read. */
  read(lba: number): number {
    this.poke(this.dataIova, new Array<number>(128).fill(0xdead));
    const status = this.run({ opcode: READ, [NSID]: 1, [PRP1]: this.dataIova, [CDW10]: lba });
    return status === 0 ? this.words(this.dataIova, 1)[0] : -1;
  }

  flush(): void {
    this.run({ opcode: FLUSH, [NSID]: 1 });
  }

  /** A flush that nobody waits for. */
  giveFlush(): void {
    this.give(1, { opcode: FLUSH, [NSID]: 1 });
  }

  smart(): DataView {
    this.submit(0, { opcode: 2, [NSID]: 0xffff_ffff, [PRP1]: this.dataIova, [CDW10]: 2 | (127 << 16) });
    return new DataView(Uint32Array.from(this.words(this.dataIova, 128)).buffer);
  }

  /** Of that kind, as they were logged. */
  injected(kind: string): readonly Injection[] {
    return this.log.read().injections.filter((each) => each.kind === kind);
  }
}

test('a read is given what was there before, as often as it may, and the media has the newer data', () => {
  const host = new Host('stale(lba=8-9,times=2)');
  for (const value of [1, 2, 3]) host.write(8, value);
  host.write(10, 4);
  host.write(10, 5);
  assert.deepEqual(
    [8, 10, 8, 8, 9].map((lba) => host.read(lba)),
    [2, 5, 2, 3, 0],
  );
  assert.deepEqual(
    host.injected('stale').map(({ opcode, slba, qid }) => [opcode, slba, qid]),
    [
      [READ, 8, 1],
      [READ, 8, 1],
    ],
  );
  assert.deepEqual(host.controller.faults.states()[0].hits, 2);
  assert.ok(host.controller.faults.states()[0].over);
});

test('a loss of power takes the writes since the last flush, but not those that were forced', () => {
  const host = new Host('powercut(9)');
  host.write(1, 10);
  host.write(2, 10);
  host.flush();
  host.write(1, 11);
  host.write(2, 11);
  host.write(2, 12, FUA);
  host.write(3, 11);
  host.write(1, 12);
  host.giveFlush();
  host.start();
  assert.deepEqual(
    [1, 2, 3].map((lba) => host.read(lba)),
    [11, 12, 0],
  );
  assert.deepEqual(
    host.injected('powercut').map(({ opcode, slba }) => [opcode, slba]),
    [
      [WRITE, 3],
      [WRITE, 1],
    ],
  );
  const smart = host.smart();
  assert.deepEqual([smart.getUint32(112, true), smart.getUint32(144, true)], [2, 1]);
});

test('a cache that is small, or off, loses as much', () => {
  const small = new Host('powercut(4,cache=1KiB)');
  for (const lba of [1, 2, 3]) small.write(lba, 7);
  small.giveFlush();
  assert.deepEqual(
    small.injected('powercut').map(({ slba }) => slba),
    [2, 3],
  );
  const off = new Host('powercut(2)');
  off.submit(0, { opcode: 9, [CDW10]: 6, [CDW11]: 0 });
  off.write(1, 7);
  off.giveFlush();
  assert.deepEqual(off.injected('powercut'), []);
});

test('a normal shutdown leaves nothing in the cache, an abrupt one leaves it there', () => {
  for (const notification of [1, 2] as const) {
    const host = new Host('powercut(2)');
    host.write(1, 7);
    host.shutDown(notification);
    assert.ok(host.isShutDown);
    host.start();
    host.giveFlush();
    const lost = host.injected('powercut').map(({ slba }) => slba);
    assert.deepEqual(lost, notification === 1 ? [] : [1]);
  }
});

test('a normal shutdown of flash without capacitors waits until the buffer is programmed', () => {
  const options = { size: '64MiB', flash: 'consumer(cache=none)' };
  const host = new Host('powercut(1000)', options);
  host.write(1, 7);
  host.shutDown(1);
  assert.equal(host.isShutDown, false);
  for (const deadline = performance.now() + 10_000; !host.isShutDown; host.controller.pass())
    assert.ok(performance.now() < deadline);
});

test('what SMART says of its temperature is what the flash has, and warns from the threshold on', () => {
  const host = new Host('powercut(1000)', { size: '64MiB', flash: 'tlc(heat=30s)' });
  const told = (): number[] => [host.smart().getUint16(1, true), host.smart().getUint8(0)];
  assert.deepEqual(told(), [328, 0]);
  host.submit(0, { opcode: 9, [CDW10]: 4, [CDW11]: 328 });
  assert.deepEqual(told(), [328, 2]);
});

test('a stuck queue completes nothing until the controller is reset, others go on', () => {
  const host = new Host('stuck(2)');
  host.write(1, 7);
  host.giveFlush();
  host.giveFlush();
  assert.equal(host.poll(), undefined);
  host.submit(0, { opcode: 0x0a, [CDW10]: 7 });
  // deleted and made again it is as stuck as before
  for (const opcode of [0x00, 0x04]) host.submit(0, { opcode, [CDW10]: 1 });
  host.makeQueues();
  host.giveFlush();
  assert.equal(host.poll(), undefined);
  host.start();
  assert.equal(host.read(1), 7);
  assert.deepEqual(
    host.injected('stuck').map(({ qid, opcode }) => [qid, opcode]),
    [[1, FLUSH]],
  );
});

test('a reset that a command brings about is the end of all queues: no other command of that pass is carried out', () => {
  for (const fault of ['reset(2)', 'storm(2,2,every=1000s)', 'powercut(2)']) {
    const host = new Host(fault);
    const [sq, cq] = [host.dataIova + 0x1000, host.dataIova + 0x2000];
    const last = host.entries - 1;
    host.submit(0, { opcode: 0x05, [PRP1]: cq, [CDW10]: 2 | (last << 16), [CDW11]: 1 });
    host.submit(0, { opcode: 0x01, [PRP1]: sq, [CDW10]: 2 | (last << 16), [CDW11]: 1 | (2 << 16) });
    host.poke(sq, [FLUSH, 1]);
    // behind it, and never rung for: doorbells of 0 would have it in a queue that has gone round
    host.poke(sq + 64, [WRITE, 1, 0, 0, 0, 0, host.dataIova]);
    host.ring(4, 1);
    host.controller.pass();
    host.giveFlush();
    assert.deepEqual([host.ready, host.fatal, host.control.defects()], [false, false, 0], fault);
    assert.equal(host.controller.truth().hostWrites, 0);
    host.start();
    assert.equal(host.write(1, 7), 0);
  }
});

test('a controller resets itself as often as the storm has it, and no oftener', async () => {
  const host = new Host('storm(1,3,every=1ms)');
  host.giveFlush();
  const deadline = performance.now() + 10_000;
  let resets = 0;
  while (host.injected('storm').length < 3 && performance.now() < deadline) {
    if (!host.ready) {
      resets++;
      host.start();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
    host.controller.pass();
  }
  assert.equal(host.ready, false);
  assert.equal(resets, 2);
  host.start();
  await new Promise((resolve) => setTimeout(resolve, 5));
  host.controller.pass();
  assert.ok(host.ready);
  assert.deepEqual(
    host.injected('storm').map(({ opcode }) => opcode),
    [FLUSH, undefined, undefined],
  );
  assert.ok(host.controller.faults.states()[0].over);
});

test('a drive that is throttled is warm in SMART, and tells when it began', () => {
  const cold = new Host('throttle(after=1000s,for=1s,factor=2)').smart();
  const host = new Host('throttle(after=0s,for=1000s,factor=3,kelvin=360)');
  const smart = host.smart();
  assert.equal(cold.getUint8(0), 0);
  assert.ok(cold.getUint16(1, true) < 320);
  assert.deepEqual([smart.getUint8(0), smart.getUint16(1, true), smart.getUint32(220, true)], [2, 360, 1]);
  host.smart();
  assert.equal(host.injected('throttle').length, 1);
});

test('what lay on a die that is gone cannot be read until it is written again, elsewhere', () => {
  const flash = 'tlc(op=28%,start=full)';
  const host = new Host('deaddie(1,1)', { size: '1GiB', latency: 'none', flash });
  const lbas = Array.from({ length: 400 }, (_, i) => i * 5227);
  const gone = lbas.filter((lba) => host.read(lba) < 0);
  assert.ok(gone.length > 0 && gone.length < lbas.length / 8, `${gone.length}`);
  const read = host.injected('deaddie').filter(({ opcode }) => opcode === READ);
  assert.deepEqual(
    read.map(({ slba }) => slba),
    gone,
  );
  assert.equal(host.injected('deaddie').length, gone.length + 1);
  assert.equal(host.write(gone[0], 77), 0);
  assert.equal(host.read(gone[0]), 77);
  assert.equal(host.smart().getUint8(0), 4);
  const worn = new Host('deaddie(1,0)', { size: '64MiB', latency: 'none', flash, zone: '4MiB' });
  assert.equal(worn.write(0, 1), 0x280);
  assert.equal(worn.run({ opcode: ZONE_APPEND, [NSID]: 1, [PRP1]: worn.dataIova }), 0x280);
  assert.equal(worn.smart().getUint8(0), 12);
  // what else the command has met happens too
  const both = new Host('powercut(1);deaddie(1,0)', { size: '64MiB', latency: 'none', flash });
  both.giveFlush();
  assert.equal(both.ready, false);
});
