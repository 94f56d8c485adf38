/** Quirks of a controller as processes beside its holder know them: held/secondary.ts tells, held/shared-device.ts takes. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { joinController } from '../../../engine/index.js';
import { HeldTarget } from '../../fixtures/held.js';

describe('a held controller whose large queues reset it', { concurrency: false }, () => {
  const held = new HeldTarget('sim:?personality=apple-2001&size=16MiB&latency=none&write_latency=none');
  before(() => held.hold());
  after(() => held.dispose());

  test('gets none from a process that joins', async () => {
    const controller = await joinController(held.target, { state: held.state, hugepages: 'never' });
    assert.deepEqual([...controller.quirks], ['queues-of-two']);
    assert.equal(controller.capabilities.maxQueueEntries, 2);
    await assert.rejects(controller.createQueuePair(16), { code: 'QUEUE_TOO_DEEP' });
    await controller.deleteQueuePair((await controller.createQueuePair(2)).qid);
    assert.equal(controller.dead(), undefined);
    await controller.close();
  });
});
