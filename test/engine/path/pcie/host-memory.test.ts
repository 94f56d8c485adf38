/** Host Memory Buffer: how much is given, that the controller has it, and that it is taken back before it goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTransport, EngineError } from '../../../../engine/index.js';
import type { HostMemoryChoice } from '../../../../engine/path/drive.js';
import { Controller } from '../../../../engine/path/pcie/controller.js';
import { HostMemory, hostMemoryBytes } from '../../../../engine/path/pcie/host-memory.js';
import { statusError } from '../../../../engine/path/status-error.js';

const MIB = 2 ** 20;
const wish = (preferredMib: number, leastMib: number) => ({
  preferredBytes: preferredMib * MIB,
  leastBytes: leastMib * MIB,
  leastPieceBytes: 0,
  mostPieces: 0,
});

async function started(options: string, hostMemory?: HostMemoryChoice): Promise<Controller> {
  const device = await attachTransport(`sim:?size=16MiB&${options}`, {});
  return Controller.start(device, {
    hugepages: 'never',
    ...(hostMemory === undefined ? {} : { hostMemory }),
  });
}

test('auto gives what is preferred up to 128 MiB, more where it is needed, and never less than that', () => {
  for (const [preferred, least, given] of [
    [0, 0, 0],
    [32, 8, 32],
    [512, 8, 128],
    [512, 200, 200],
  ])
    assert.equal(hostMemoryBytes('auto', wish(preferred, least), 'x'), given * MIB);
  assert.equal(hostMemoryBytes('off', wish(32, 8), 'x'), 0);
  assert.equal(hostMemoryBytes(16 * MIB, wish(32, 8), 'x'), 16 * MIB);
  for (const mib of [4, 64])
    assert.throws(() => hostMemoryBytes(mib * MIB, wish(32, 8), 'x'), {
      code: 'BAD_HOST_MEMORY',
      kind: 'input',
    });
  assert.throws(() => hostMemoryBytes(MIB, wish(0, 0), 'x'), {
    reason: 'the controller wants none (HMPRE is 0)',
  });
});

test('a controller that wants memory has all of it, and works with it', async () => {
  const controller = await started('hmpre=5MiB&hmmin=1MiB');
  try {
    assert.equal(controller.given?.hostMemory.givenBytes, 5 * MIB);
    assert.deepEqual(
      controller.warnings.filter(({ code }) => code === 'no-host-memory'),
      [],
    );
    // it writes to each piece at every admin command, and reports a fatal status where one is gone
    await controller.admin.smart();
    assert.equal(controller.dead(), undefined);
  } finally {
    await controller.close();
  }
});

test('taken back, its memory is free, and the controller does without', async () => {
  const controller = await started('hmpre=4MiB', 'off');
  try {
    const { admin, arena, pageBytes, device, identity } = controller;
    const { target } = device;
    const hostMemory = new HostMemory({ admin, arena, pageBytes, target, wish: identity.hostMemory });
    await hostMemory.give('auto');
    const { usedBytes } = arena;
    await hostMemory.takeBack();
    assert.ok(usedBytes - arena.usedBytes >= 4 * MIB);
    assert.equal(hostMemory.givenBytes, 0);
    await controller.admin.smart();
    assert.equal(controller.dead(), undefined);
  } finally {
    await controller.close();
  }
});

test('a reset gives the same memory again', async () => {
  const controller = await started('hmpre=4MiB');
  try {
    const usedBytes = controller.arena.usedBytes;
    await controller.reset();
    assert.equal(controller.given?.hostMemory.givenBytes, 4 * MIB);
    assert.equal(controller.arena.usedBytes, usedBytes);
    await controller.admin.smart();
    assert.equal(controller.dead(), undefined);
  } finally {
    await controller.close();
  }
});

test('off, and a refusal, are warnings; nothing is kept of it', async () => {
  const off = await started('hmpre=4MiB', 'off');
  const refused = await started('hmpre=4MiB&refuse_features=13');
  try {
    for (const [controller, reason] of [
      [off, /wants 4 MiB of host memory, and has none: host_memory_buffer is off$/],
      [refused, /has none: it was refused: Invalid Field/],
    ] as const) {
      assert.equal(controller.given?.hostMemory.givenBytes, 0);
      const [warning] = controller.warnings.filter(({ code }) => code === 'no-host-memory');
      assert.match(warning.message, reason);
      assert.ok(controller.arena.usedBytes < MIB);
    }
  } finally {
    await off.close();
    await refused.close();
  }
});

test('a controller that refuses it after a reset has none, and nothing is kept for it', async () => {
  const controller = await started('hmpre=4MiB');
  try {
    const { admin, arena } = controller;
    const { setOnce } = admin;
    const usedBytes = arena.usedBytes;
    admin.setOnce = (name, ...rest) =>
      name.startsWith('Host Memory')
        ? Promise.reject(statusError(name, 'x', 0x4002))
        : setOnce.call(admin, name, ...rest);
    await controller.reset();
    assert.equal(controller.given?.hostMemory.givenBytes, 0);
    assert.ok(usedBytes - arena.usedBytes >= 4 * MIB);
    assert.match(controller.warnings.map(({ message }) => message).join(), /has none: it was refused/);
  } finally {
    await controller.close();
  }
});

test('what the host does not have is a warning for auto, an error for a size, and frees what there was', async () => {
  const controller = await started('hmpre=4MiB', 'off');
  try {
    const { admin, arena, pageBytes } = controller;
    const usedBytes = arena.usedBytes;
    const given = (leastPieceMib: number) =>
      new HostMemory({
        admin,
        arena,
        pageBytes,
        target: 'x',
        wish: { ...wish(4, 1), leastPieceBytes: leastPieceMib * MIB },
      });
    const unfit = given(8);
    await unfit.give('auto');
    assert.match(unfit.warnings[0].message, /the least that it takes is more/);
    const { allocate } = arena;
    let left = 1;
    arena.allocate = (...request) => {
      if (left-- > 0) return allocate.apply(arena, request);
      throw new EngineError({ code: 'NO_MEMORY', op: 'x', target: 'x', reason: 'there is none', hint: 'x' });
    };
    const short = given(0);
    await short.give('auto');
    assert.match(short.warnings[0].message, /and has none: there is none$/);
    left = 1;
    await assert.rejects(given(0).give(4 * MIB), { code: 'NO_MEMORY' });
    assert.equal(arena.usedBytes, usedBytes);
    arena.allocate = allocate;
  } finally {
    await controller.close();
  }
});
