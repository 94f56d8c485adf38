/** A client that resets the controller and does not wait: each write of CC is a message, and each is obeyed. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attachTransport } from '../../../../engine/index.js';
import { mapMemfd } from '../../../../engine/sys/mapping.js';
import { HeldTarget } from '../../../fixtures/held.js';
import { HastyHost } from '../fast-reset.js';
import { RawDriver } from '../raw-driver.js';
import { RawClient } from './raw-client.js';

const NO_REPLY = 0x10;
const REGION_WRITE = 10;
const CC = 0x14;
const CSTS = 0x1c;
const ENABLE = 0x0046_0001;

describe('a client of the server that resets and enables at once', { concurrency: false }, () => {
  const held = new HeldTarget('sim:?size=16MiB');
  const target = `vfio-user:${held.folder}`;
  before(() => held.program('serve', '--socket', held.folder, '--device', held.target).says(/serving/));
  after(() => held.dispose());

  for (const seed of [1, 2, 3])
    test(`is never missed after a fatal status, seed ${seed}`, async () => {
      const driver = new RawDriver(await attachTransport(target, {}), mapMemfd);
      const host = new HastyHost(driver, seed);
      for (let round = 0; round < 100; round++) host.round(`round ${round}`);
      await driver.close();
    });

  test('is not missed when it waits for no reply either', () => {
    const client = RawClient.greeted(target);
    const write = (id: number, value: number): Buffer => {
      const body = Buffer.alloc(20);
      body.writeUInt32LE(CC, 0);
      body.writeUInt32LE(4, 12);
      body.writeUInt32LE(value, 16);
      return RawClient.message(id, REGION_WRITE, body, NO_REPLY);
    };
    // without admin queues, so that each enable ends in a fatal status and each disable takes it away
    for (let round = 0; round < 100; round++) {
      const last = round % 2 === 0 ? ENABLE : 0;
      const values = [ENABLE, 0, ENABLE, 0, last];
      client.socket.send(
        Buffer.concat(values.map((value, id) => write(id, value))),
        [],
        performance.now() + 5000,
      );
      const status = client.read(0, CSTS, 4).body.readUInt32LE(16);
      assert.equal(status, last === 0 ? 0 : 2, `round ${round}`);
    }
    client.close();
  });
});
