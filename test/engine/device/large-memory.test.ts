/** More DMA memory in one mapping than a view shows: 12 GiB, of which little is touched. */
import { after, before, describe, test } from 'node:test';
import { checkRings, checkTransfers, LargeGuest } from './large-guest.js';
import { RawDriver } from './raw-driver.js';

describe('12 GiB in one mapping of the software controller', () => {
  let guest: LargeGuest;
  before(async () => {
    guest = new LargeGuest((await RawDriver.attach('size=16MiB&latency=none&write_latency=none')).device);
  });
  after(() => guest.close());

  test('data and its list may lie across the end of any view', () => checkTransfers(guest));

  test('a ring may lie across the end of any view', () => checkRings(guest));
});
