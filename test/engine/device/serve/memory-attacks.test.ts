/** What a client may ask to be mapped: the server is a process of its own, so that the test sees it end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attachTransport } from '../../../../engine/index.js';
import { closeFd } from '../../../../engine/sys/fd.js';
import { createMemfd } from '../../../../engine/sys/mapping.js';
import { NASTY } from '../../../attack/nasty-numbers.js';
import { HeldTarget, type Program } from '../../../fixtures/held.js';
import { seededRandom } from '../../stats/random.js';
import { checkRings, checkTransfers, LargeGuest } from '../large-guest.js';
import { RawClient } from './raw-client.js';

const GIB = 2n ** 30n;
const ATTACKS = 600;
const MSI = { start: 0xfee0_0000n, end: 0xfef0_0000n };
const IOVA_END = 2n ** 48n;
const ERRORS = { EINVAL: 22 };

describe('a vfio-user server whose client asks for any memory', { concurrency: false }, () => {
  const held = new HeldTarget('sim:?size=16MiB&latency=none&write_latency=none');
  const target = `vfio-user:${held.folder}`;
  let server: Program;
  before(async () => {
    server = held.program('serve', '--socket', held.folder, '--device', held.target);
    await server.says(/serving/);
  });
  after(() => held.dispose());

  const alive = (): void => assert.deepEqual([server.child.exitCode, server.child.signalCode], [null, null]);

  test('12 GiB are mapped by one message, and whatever lies in them is reached', async () => {
    const guest = new LargeGuest(await attachTransport(target, {}));
    checkTransfers(guest);
    checkRings(guest);
    await guest.close();
    alive();
  });

  test('a file larger than what is mapped for a client is refused', () => {
    const client = RawClient.greeted(target);
    const fd = createMemfd(2 ** 45, 'test');
    assert.equal(client.map(fd, 4n * GIB, 2n ** 40n + 4096n), ERRORS.EINVAL);
    assert.equal(client.map(fd, 4n * GIB, 2n ** 44n), ERRORS.EINVAL);
    closeFd(fd);
    client.close();
    alive();
  });

  test('a mapping is made where the protocol allows it, and refused everywhere else', () => {
    const client = RawClient.greeted(target);
    const sizes = [16n * 4096n, 12n * GIB, 2n ** 52n];
    const files = sizes.map((size) => ({ size, fd: createMemfd(Number(size), 'test') }));
    const random = seededRandom(15);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
    const outcomes = new Set<number>();
    for (let attack = 0; attack < ATTACKS; attack++) {
      const { fd, size } = pick(files);
      const [iova, offset] = [pick(NASTY), random() < 0.5 ? 0n : pick(NASTY)];
      const length = random() < 0.2 ? size : pick(NASTY);
      const errno = client.map(fd, iova, length, offset);
      const inPages = [iova, length, offset].every((value) => value % 4096n === 0n);
      const inFile = length > 0n && offset + length <= size;
      const translated = iova + length <= IOVA_END && (iova + length <= MSI.start || iova >= MSI.end);
      const what = `0x${length.toString(16)} at 0x${iova.toString(16)} from 0x${offset.toString(16)} of ${size}`;
      if (inPages && inFile && translated && offset <= 2n ** 46n) assert.equal(errno, 0, what);
      else assert.equal(errno, ERRORS.EINVAL, what);
      if (errno === 0) assert.equal(client.unmap(iova, length).errno, 0, what);
      outcomes.add(errno);
    }
    assert.equal(outcomes.size, 2);
    for (const { fd } of files) closeFd(fd);
    client.close();
    alive();
  });

  test('the client that comes next is served', async () => {
    const guest = new LargeGuest(await attachTransport(target, {}));
    checkTransfers(guest);
    await guest.close();
    alive();
  });
});
