/** What the controller says of itself, and what it answers to admin commands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NvmeStatusError } from '../../engine/index.js';
import { namespaceNames } from '../../engine/path/pcie/namespaces.js';
import { GENERIC, hasStatus, type Opened } from './subject.js';

export function adminTests(on: Opened): void {
  test('the controller says who it is', () => {
    const { identity } = on.controller;
    assert.notEqual(identity.serialNumber, '');
    assert.notEqual(identity.modelNumber, '');
    assert.match(on.controller.version, /^[012]\.\d+\.\d+$/);
    assert.ok(on.controller.capabilities.maxQueueEntries >= 2);
    assert.ok(on.controller.maxIoQueues >= 1);
  });

  test('the namespace has a size and a block size', () => {
    assert.ok(on.namespace.sizeLbas > 0);
    assert.ok([512, 4096].includes(on.namespace.lbaBytes));
  });

  test('the namespace can be chosen by its name', async (t) => {
    const names = await namespaceNames(on.controller, on.namespace.nsid);
    const [kind, digits] = Object.entries(names)[0] ?? [];
    if (kind === undefined) return t.skip('it has none');
    assert.equal((await on.controller.namespace(`${kind}:${digits}`)).nsid, on.namespace.nsid);
    const other = `${kind}:${'f'.repeat(digits.length)}`;
    await assert.rejects(on.controller.namespace(other), { code: 'NO_SUCH_NAMESPACE', kind: 'input' });
    await assert.rejects(on.controller.namespace('nguid:12'), { code: 'BAD_NAMESPACE', kind: 'input' });
  });

  test('DMA memory lies within the ranges that the transport reports', () => {
    const buffer = on.controller.arena.allocate(4096, 4096);
    const last = buffer.iova + 4095n;
    assert.ok(on.controller.device.dma.iovaRanges.some((r) => r.start <= buffer.iova && last <= r.last));
    on.controller.arena.free(buffer);
  });

  test('SMART is readable and its temperature is plausible', async (t) => {
    if (on.departs('no-temperature')) return t.skip('the controller is known to report no temperature');
    const smart = await on.controller.admin.smart();
    assert.ok(smart.temperatureKelvin > 230 && smart.temperatureKelvin < 400, `${smart.temperatureKelvin} K`);
  });

  test('an identifier of a deleted queue pair is used again', async (t) => {
    if (on.lacksQueues) return t.skip(on.lacksQueues);
    const first = await on.controller.createQueuePair(on.entries(4));
    await on.controller.deleteQueuePair(first.qid);
    const second = await on.controller.createQueuePair(on.entries(4));
    assert.equal(second.qid, first.qid);
    await on.controller.deleteQueuePair(second.qid);
  });

  test('a queue beyond MQES is refused before it reaches the device', async () => {
    const entries = on.controller.capabilities.maxQueueEntries + 1;
    await assert.rejects(on.controller.createQueuePair(entries), { code: 'QUEUE_TOO_DEEP', kind: 'input' });
  });

  test('deleting a queue that does not exist is Invalid Queue Identifier', async (t) => {
    if (on.lacksQueues) return t.skip(on.lacksQueues);
    await assert.rejects(
      on.controller.admin.deleteSubmissionQueue(on.controller.maxIoQueues),
      hasStatus(1, 0x01),
    );
  });

  test('an unknown admin opcode is Invalid Command Opcode', async () => {
    await assert.rejects(
      on.controller.admin.execute({ name: 'opcode 7Fh', opcode: 0x7f }),
      hasStatus(GENERIC, 0x01),
    );
  });

  test('aborting a command that does not exist aborts nothing', async () => {
    assert.equal(await on.controller.admin.abort(on.channel.memory.qid, 0x7fff).catch(isRefused), false);
  });

  function isRefused(error: unknown): boolean {
    assert.ok(error instanceof NvmeStatusError, String(error));
    return false;
  }
}
