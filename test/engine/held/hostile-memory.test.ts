/** Secondaries whose memory is not what it was when they sent it. */
import assert from 'node:assert/strict';
import { closeSync } from 'node:fs';
import { test } from 'node:test';
import { ftruncate } from '../../../engine/sys/libc.js';
import { createMemfd } from '../../../engine/sys/mapping.js';
import { HeldTarget } from '../../fixtures/held.js';
import { hex, RawSecondary } from './raw-secondary.js';

const PAGE = 4096;
const MAPPINGS = 64;
const IDENTIFY = 0x06;

test('secondaries whose files are cut short under every mapping they have do not end the holder', async (t) => {
  const held = new HeldTarget('sim:?size=16MiB&latency=none');
  t.after(() => held.dispose());
  const holder = await held.hold();
  const socketPath = /run --shared` on (.*);/.exec(holder.stderr)?.[1] ?? '';
  const fd = createMemfd(PAGE, 'memory of a secondary');
  const secondaries = [await RawSecondary.joined(socketPath), await RawSecondary.joined(socketPath)];
  const iovaOf = ({ start }: RawSecondary, index: number): bigint => start + BigInt(index * 2 * PAGE);
  for (const secondary of secondaries)
    for (let index = 0; index < MAPPINGS; index++)
      assert.equal((await secondary.map(iovaOf(secondary, index), PAGE, fd)).error, undefined);
  assert.equal(ftruncate(fd, 0), 0);
  for (const secondary of secondaries)
    for (let index = 0; index < MAPPINGS; index++) {
      const prp1 = hex(iovaOf(secondary, index));
      assert.ok((await secondary.admin({ opcode: IDENTIFY, cdw10: 1, prp1 })).ok);
    }
  for (const secondary of secondaries) secondary.close();
  closeSync(fd);
  const ended = await holder.kill('SIGTERM');
  assert.deepEqual([ended.exitCode, ended.signal], [0, null], ended.stderr);
});
