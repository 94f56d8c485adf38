/** The whole suite on a controller that another process holds. */
import { after, before, describe } from 'node:test';
import { joinController } from '../../engine/index.js';
import { HeldTarget } from '../fixtures/held.js';
import { conformance } from './suite.js';

describe('a software controller that another process holds', () => {
  const held = new HeldTarget('sim:?size=64MiB&latency=none&write_latency=none');
  before(async () => {
    await held.hold();
  });
  after(() => held.dispose());
  conformance({
    name: 'the shared software controller',
    open: () => joinController(held.target, { state: held.state }),
    writable: true,
  });
});
