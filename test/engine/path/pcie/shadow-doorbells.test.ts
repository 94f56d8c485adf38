/** Doorbells in memory: when the register is written as well, who looks where, and what is left of them after a reset. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTransport } from '../../../../engine/index.js';
import type { DoorbellChoice } from '../../../../engine/path/drive.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import { ShadowRing } from '../../../../engine/path/pcie/shadow-ring.js';
import { NVM } from '../../../../engine/spec/index.js';
import { mapAnonymous, viewAt } from '../../../../engine/sys/mapping.js';

const FLUSH = { name: 'Flush', opcode: NVM.FLUSH, nsid: 1 };
const TIMEOUT_MS = 10_000;

async function started(options: string, doorbells?: DoorbellChoice): Promise<Controller> {
  const device = await attachTransport(`sim:?size=16MiB&${options}`, {});
  return Controller.start(device, { hugepages: 'never', ...(doorbells === undefined ? {} : { doorbells }) });
}

// NVMe base 2.0, B.5: the register is written where EventIdx is among the values that are passed, the one before included.
for (const [before, after, event, rings] of [
  [0, 1, 0, true],
  [0, 1, 1, false],
  [4, 5, 0, false],
  [4, 9, 4, true],
  [4, 9, 8, true],
  [4, 9, 9, false],
  [250, 3, 252, true],
  [0xfffe, 1, 0xffff, true],
] as const)
  test(`from ${before} to ${after} with EventIdx ${event} the register is ${rings ? '' : 'not '}written`, () => {
    const { address, buffer } = mapAnonymous(4096);
    const words = new Int32Array(buffer);
    words[0] = before;
    words[1] = event;
    const ring = new ShadowRing(address, address + 4n);
    assert.equal(ring.set(after), rings);
    assert.equal(words[0], after);
  });

test('a controller that looks for doorbells in memory is rung there, for I/O alone', async () => {
  const controller = await started('shadow_doorbells=true');
  try {
    assert.equal(controller.given?.doorbells.inForce, true);
    const memory = await controller.createQueuePair(8);
    const { shadow } = memory;
    assert.ok(shadow);
    const queue = controller.commandQueue(memory);
    for (let i = 0; i < 20; i++) await queue.execute(FLUSH, TIMEOUT_MS);
    assert.equal(new Int32Array(viewAt(shadow.sqTail, 4))[0], 20 % 8);
    assert.equal(new Int32Array(viewAt(shadow.cqHead, 4))[0], 20 % 8);
    // the registers have what they were told when EventIdx was passed, which such a controller leaves at 0
    assert.equal(new Int32Array(viewAt(memory.sqTailDoorbell, 4))[0], 1);
    await controller.deleteQueuePair(memory.qid);
    const again = await controller.createQueuePair(8);
    assert.equal(again.qid, memory.qid);
    await controller.commandQueue(again).execute(FLUSH, TIMEOUT_MS);
  } finally {
    await controller.close();
  }
});

test('a reset has it look there again, in the same memory', async () => {
  const controller = await started('shadow_doorbells=true');
  try {
    await controller.createQueuePair(8);
    const before = controller.arena.usedBytes;
    await controller.reset();
    const memory = await controller.createQueuePair(8);
    assert.equal(controller.arena.usedBytes, before);
    assert.equal(controller.given?.doorbells.inForce, true);
    await controller.commandQueue(memory).execute(FLUSH, TIMEOUT_MS);
  } finally {
    await controller.close();
  }
});

for (const [name, options, choice] of [
  ['asked for its registers', 'shadow_doorbells=true', 'mmio'],
  ['without the command', 'latency=none', 'auto'],
] as const)
  test(`a controller ${name} is rung by them`, async () => {
    const controller = await started(options, choice);
    try {
      assert.equal(controller.given?.doorbells.inForce, false);
      const memory = await controller.createQueuePair(8);
      assert.equal(memory.shadow, undefined);
      await controller.commandQueue(memory).execute(FLUSH, TIMEOUT_MS);
    } finally {
      await controller.close();
    }
  });

test('pairs whose doorbells are beyond the page are rung by their registers', async () => {
  // 1 KiB apart: those of pair 1 end at 4 KiB, those of pair 2 lie beyond
  const controller = await started('shadow_doorbells=true&dstrd=8');
  try {
    const first = await controller.createQueuePair(8);
    const second = await controller.createQueuePair(8);
    assert.ok(first.shadow);
    assert.equal(second.shadow, undefined);
    for (const memory of [first, second]) await controller.commandQueue(memory).execute(FLUSH, TIMEOUT_MS);
  } finally {
    await controller.close();
  }
});
