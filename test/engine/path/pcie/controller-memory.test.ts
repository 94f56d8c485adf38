/** Submission queues in the Controller Memory Buffer: where they lie, what is refused and why, and that it is as before afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTransport, type EngineError } from '../../../../engine/index.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import type { BarWindow, TransportDevice } from '../../../../engine/path/pcie/transport/transport.js';
import { decodeControllerMemory } from '../../../../engine/spec/index.js';
import { viewAt } from '../../../../engine/sys/mapping.js';

const [CAP_HIGH, CMBLOC, CMBSZ, CMBMSC] = [0x04, 0x38, 0x3c, 0x50];
const CMBS = 1 << 25;

interface Started {
  readonly device: TransportDevice;
  readonly controller: Controller;
}

async function withController(
  options: string,
  run: (started: Started) => Promise<void> | void,
  change: (device: TransportDevice) => Partial<TransportDevice> = () => ({}),
): Promise<void> {
  const real = await attachTransport(`sim:?size=16MiB&latency=none&${options}`, {});
  // methods of the device stay its own
  const device = new Proxy(real, {
    get(of, name) {
      const value = Reflect.get({ ...change(of), __proto__: of }, name, of);
      return typeof value === 'function' && !(name in change(of)) ? value.bind(of) : value;
    },
  });
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    await run({ device, controller });
  } finally {
    await controller.close();
  }
}

const inController = { sqMemory: 'cmb' } as const;

test('CMBLOC and CMBSZ: BAR, place and length in units of SZU', () => {
  // SZU 2 (1 MiB), SZ 8, SQS and CQS; OFST 3, BIR 4
  assert.deepEqual(decodeControllerMemory((3 << 12) | 4, (8 << 12) | (2 << 8) | 3), {
    bar: 4,
    offsetBytes: 3 * 2 ** 20,
    lengthBytes: 8 * 2 ** 20,
    submissionQueues: true,
  });
  assert.equal(decodeControllerMemory(2, 1)?.lengthBytes, undefined);
});

for (const [what, options] of [
  ['by CMBMSC, from 1.4 on', 'cmb=64KiB'],
  ['by its addresses on the bus, before', 'cmb=64KiB&vs=1.3'],
  ['by its addresses on the bus, which DMA has too', 'cmb=64KiB&vs=1.3&iova_bits=48'],
])
  test(`commands are taken from a queue in the controller's memory, ${what}`, () =>
    withController(options, async ({ device, controller }) => {
      const memory = await controller.createQueuePair(4, undefined, inController);
      const window = device.bars?.map(2, 0, 64 * 1024) as BarWindow;
      assert.equal(memory.sqAddress, window.address);
      const queue = controller.commandQueue(memory);
      for (let i = 0; i < 9; i++) await queue.execute({ name: 'Flush', opcode: 0, nsid: 1 }, 2000);
      // the entry is in the BAR: NSID of its first
      assert.equal(new Uint32Array(viewAt(window.address, 64))[1], 1);
      await controller.reset();
      const again = await controller.createQueuePair(4, undefined, inController);
      assert.equal(again.sqAddress, window.address);
      await controller.commandQueue(again).execute({ name: 'Flush', opcode: 0, nsid: 1 }, 2000);
    }));

test('a controller of 1.4 shows its memory when it is asked, takes it for its own when a queue is made, and has neither afterwards', () =>
  withController('cmb=64KiB', async ({ device, controller }) => {
    const { registers } = device;
    const control = (): number => registers.read32(CMBMSC) & 3;
    assert.deepEqual([registers.read32(CAP_HIGH) & CMBS, registers.read32(CMBSZ), control()], [CMBS, 0, 0]);
    assert.equal(controller.given?.controllerMemory.look()?.lengthBytes, 64 * 1024);
    assert.deepEqual([registers.read32(CMBLOC) & 7, control()], [2, 1]);
    await controller.createQueuePair(4, undefined, inController);
    assert.equal(control(), 3);
    let cleared = false;
    const write32 = registers.write32.bind(registers);
    registers.write32 = (offset, value) => {
      cleared ||= offset === CMBMSC && value === 0;
      write32(offset, value);
    };
    await controller.close();
    assert.ok(cleared);
  }));

test('what one queue gives back the next one has, and none goes beyond what can be reached', () => {
  // 5 pages of the BAR within reach: four queues of 64 entries, a page each, and one more
  const bars = ({ bars: real }: TransportDevice) => ({
    bars: real && {
      map: (bar: number, offset: number, bytes: number) => real.map(bar, offset, Math.min(bytes, 5 * 4096)),
      busAddress: (bar: number) => real.busAddress(bar),
    },
  });
  return withController(
    'cmb=64KiB',
    async ({ controller }) => {
      const made = [];
      for (let i = 0; i < 5; i++) made.push(await controller.createQueuePair(64, undefined, inController));
      const refusal = { code: 'NO_CONTROLLER_MEMORY', reason: /no 4096 bytes are left: 20480 of its 65536/ };
      await assert.rejects(controller.createQueuePair(64, undefined, inController), refusal);
      await controller.deleteQueuePair(made[2].qid);
      const again = await controller.createQueuePair(64, undefined, inController);
      assert.equal(again.sqAddress, made[2].sqAddress);
      assert.throws(() => controller.given?.controllerMemory.require(6 * 4096), {
        code: 'NO_CONTROLLER_MEMORY',
        kind: 'input',
      });
    },
    bars,
  );
});

for (const [options, reason] of [
  ['vs=1.4', /has no Controller Memory Buffer \(CMBSZ is 0\)/],
  ['cmb=64KiB&cmb_queues=false', /takes no submission queues \(CMBSZ\.SQS is 0\)/],
] as const)
  test(`refused: ${reason.source}`, () =>
    withController(options, async ({ controller }) => {
      await assert.rejects(
        controller.createQueuePair(4, undefined, inController),
        (error: EngineError) => error.code === 'NO_CONTROLLER_MEMORY' && reason.test(error.reason),
      );
      // its identifier is free again
      assert.equal((await controller.createQueuePair(4)).qid, 1);
    }));

test('where there is no bus, it has addresses that no memory of the host has', () =>
  withController(
    'cmb=64KiB',
    async ({ device, controller }) => {
      const memory = await controller.createQueuePair(4, undefined, inController);
      await controller.commandQueue(memory).execute({ name: 'Flush', opcode: 0, nsid: 1 }, 2000);
      const base = device.registers.read64(CMBMSC) & ~0xfffn;
      assert.ok(device.dma.iovaRanges.some(({ start, last }) => base >= start && base <= last));
      const { iova } = controller.arena.allocate(4096, 4096);
      assert.ok(iova < base || iova >= base + 65536n);
    },
    ({ bars }) => ({ bars: bars && { map: bars.map.bind(bars), busAddress: () => undefined } }),
  ));

test('refused where the way to the device shows registers alone, and where nobody knows the address on the bus', async () => {
  await withController(
    'cmb=64KiB',
    ({ controller }) =>
      assert.rejects(controller.createQueuePair(4, undefined, inController), { reason: /registers alone/ }),
    () => ({ bars: undefined }),
  );
  await withController(
    'cmb=64KiB&vs=1.3',
    ({ controller }) =>
      assert.rejects(controller.createQueuePair(4, undefined, inController), { reason: /on the bus/ }),
    ({ bars }) => ({ bars: bars && { map: bars.map.bind(bars), busAddress: () => undefined } }),
  );
});
