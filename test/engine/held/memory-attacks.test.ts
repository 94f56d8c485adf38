/** What a secondary may ask to be mapped: the holder is a process of its own, so that the test sees it end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeFd } from '../../../engine/sys/fd.js';
import { createMemfd, mapFd, unmap, viewAt } from '../../../engine/sys/mapping.js';
import { HeldTarget, type Program } from '../../fixtures/held.js';
import { hex, RawSecondary } from './raw-secondary.js';

const GIB = 2 ** 30;
const PAGE = 4096;
const IDENTIFY = 0x06;
const LENGTHS = [-1, 0, 1, PAGE - 1, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 40, 2 ** 47, 2 ** 53 - PAGE, 2 ** 53 - 1];
const NO_LENGTHS = [2 ** 53, 1.5, '4096', null, {}, 1e300];

describe('a holder whose secondary asks for any memory', { concurrency: false }, () => {
  const held = new HeldTarget('sim:?size=16MiB&latency=none');
  const path = `${held.folder}/socket`;
  let holder: Program;
  before(async () => {
    holder = await held.hold('--socket', path);
  });
  after(() => held.dispose());

  const alive = (): void => assert.deepEqual([holder.child.exitCode, holder.child.signalCode], [null, null]);

  test('12 GiB are mapped by one request, and the controller reaches all of it', async () => {
    const secondary = await RawSecondary.joined(path);
    const fd = createMemfd(12 * GIB, 'test');
    const memory = mapFd(fd, 12 * GIB, 0, 'test');
    assert.equal((await secondary.map(secondary.start, 12 * GIB, fd)).error, undefined);
    for (const offset of [0, 1, 2, 4, 8, 11].map((gib) => BigInt(Math.max(gib * GIB, PAGE) - 512))) {
      // the structure ends in the next view
      const prp1 = secondary.start + offset;
      const prp2 = hex((prp1 / BigInt(PAGE) + 1n) * BigInt(PAGE));
      const { error } = await secondary.admin({ opcode: IDENTIFY, cdw10: 1, prp1: hex(prp1), prp2 });
      assert.equal(error, undefined);
      const found = Buffer.from(viewAt(memory.address + offset, PAGE));
      assert.match(found.toString('latin1', 24, 64), /^nvbench software controller/);
    }
    unmap(memory);
    closeFd(fd);
    secondary.close();
    alive();
  });

  test('a length or an address that makes no sense is refused', async () => {
    const fd = createMemfd(2 ** 52, 'test');
    const secondary = await RawSecondary.joined(path);
    const { start } = secondary;
    const codeOf = async (iova: bigint, lengthBytes: number): Promise<string | undefined> =>
      (await secondary.map(iova, lengthBytes, fd)).error?.code;
    for (const lengthBytes of LENGTHS)
      assert.equal(await codeOf(start, lengthBytes), 'SHARED_MAP_REFUSED', `${lengthBytes}`);
    for (const iova of [0n, 1n, start + 1n, start - 4096n, 2n ** 63n, 2n ** 64n - 4096n])
      assert.equal(await codeOf(iova, 2 * PAGE), 'SHARED_MAP_REFUSED', hex(iova));
    assert.equal(await codeOf(start, 2 * PAGE), undefined);
    for (const iova of [start, start + BigInt(PAGE)])
      assert.equal(await codeOf(iova, PAGE), 'SHARED_MAP_REFUSED', 'mapped already');
    closeFd(fd);
    secondary.close();
    alive();
  });

  test('a length that is no integer ends that connection alone', async () => {
    const fd = createMemfd(GIB, 'test');
    for (const lengthBytes of NO_LENGTHS) {
      const secondary = await RawSecondary.joined(path);
      const request = { kind: 'map', iova: hex(secondary.start), lengthBytes };
      await assert.rejects(secondary.ask(request, [fd]), { code: 'PEER_GONE' });
      secondary.close();
    }
    closeFd(fd);
    (await RawSecondary.joined(path)).close();
    alive();
  });
});
