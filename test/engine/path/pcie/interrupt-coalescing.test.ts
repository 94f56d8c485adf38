/** Set Features, Interrupt Coalescing: the words that reach a controller. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTransport, Controller } from '../../../../engine/index.js';

test('interrupt coalescing is set with a zero-based threshold and steps of 100 us', async () => {
  const controller = await Controller.start(await attachTransport('sim', {}), { hugepages: 'never' });
  try {
    await controller.admin.setInterruptCoalescing(8, 300);
    // Get Features, Interrupt Coalescing (NVMe base 2.0, figure 326): TIME 15:8, THR 7:0.
    const { result } = await controller.admin.execute({ name: 'Get Features', opcode: 0x0a, cdw10: 0x08 });
    assert.equal(result, 0x0307);
  } finally {
    await controller.close();
  }
});
