/** The whole suite on a controller that another process holds. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { joinController } from '../../engine/index.js';
import { HeldTarget } from '../fixtures/held.js';
import { conformance } from './suite.js';

describe('a software controller that another process holds', () => {
  const held = new HeldTarget('sim:?size=64MiB&latency=none&write_latency=none');
  before(async () => {
    await held.hold();
  });
  after(() => held.dispose());
  test('its figures come with the notice of the transport that the holder has it by', async () => {
    const controller = await joinController(held.target, { state: held.state });
    assert.equal(controller.device.software, true);
    assert.match(controller.device.notice ?? '', /^SOFTWARE CONTROLLER: .* not a drive$/);
    await controller.close();
  });
  conformance({
    name: 'the shared software controller',
    open: () => joinController(held.target, { state: held.state }),
    writable: true,
  });
});
