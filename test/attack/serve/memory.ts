/** Memory that cannot be, that is gone, and doorbells that are somebody else's. */

import { closeFd } from '../../../engine/sys/fd.js';
import { ftruncate } from '../../../engine/sys/libc.js';
import {
  createMemfd,
  discard,
  type Mapping,
  mapFd,
  retire,
  unmap,
  viewAt,
} from '../../../engine/sys/mapping.js';
import { closeFds } from '../../../engine/sys/unix-socket.js';
import { enable } from '../../engine/device/serve/enable.js';
import type { Attack } from '../attack.js';
import type { Dice } from '../dice.js';
import { FILE_BYTES, NASTY } from '../nasty-numbers.js';
import { asClient } from './client.js';

const PAGE = 4096;
const DOORBELLS = 0x1000;
const FIRST_IOVA = 0x20_0000n;
const MAPPINGS = 8;

export const mappings: Attack = (scene) =>
  asClient(scene, (client) => {
    const { dice, did } = scene;
    for (let count = 1 + dice.below(30); count > 0; count--) {
      const size = dice.pick(FILE_BYTES);
      const fd = createMemfd(size, 'memory of a client');
      const length = dice.oneIn(4) ? BigInt(size) : dice.pick(NASTY);
      const iova = dice.pick(NASTY);
      try {
        client.map(dice.oneIn(10) ? undefined : fd, iova, length, dice.oneIn(2) ? 0n : dice.pick(NASTY));
        if (dice.oneIn(2)) client.unmap(dice.oneIn(3) ? dice.pick(NASTY) : iova, length);
      } finally {
        closeFd(fd);
      }
      did('mappings');
    }
  });

/** Queues in files that are cut short while the controller reads and writes them. */
export const cutMemory: Attack = async (scene) => {
  const { dice, did } = scene;
  const fd = createMemfd(PAGE, 'memory of a client');
  const iovaOf = (index: number): bigint => FIRST_IOVA + BigInt(index * 2 * PAGE);
  await asClient(scene, (client) => {
    for (let index = 0; index < MAPPINGS; index++) client.map(fd, iovaOf(index), BigInt(PAGE));
    for (let round = 1 + dice.below(6); round > 0; round--) {
      const [sq, cq] = [dice.below(MAPPINGS), dice.below(MAPPINGS)].map(iovaOf);
      if (dice.oneIn(2)) {
        enable(client, sq, cq);
        ftruncate(fd, 0);
      } else {
        ftruncate(fd, 0);
        enable(client, sq, cq);
      }
      did('files cut short');
      client.write(0, DOORBELLS, Buffer.from([dice.below(3), 0, 0, 0]));
      ftruncate(fd, dice.pick([0, PAGE]));
    }
  });
  closeFd(fd);
};

/** Those of clients that have left, which they go on ringing. */
const kept: Mapping[] = [];
const KEPT = 3;

function scribble(dice: Dice): void {
  for (const { address } of kept) {
    const words = new Uint32Array(viewAt(address, PAGE));
    for (let word = 0; word < 20; word++) words[word] = dice.pick([dice.below(64), 0xffff_ffff, 0xffff]);
  }
}

export const doorbells: Attack = (scene) =>
  asClient(scene, (client) => {
    const { dice, did } = scene;
    const { fds } = client.regionInfo(
      dice.oneIn(6) ? dice.below(16) : 0,
      dice.oneIn(6) ? dice.below(128) : 64,
    );
    try {
      for (const fd of fds) {
        ftruncate(fd, dice.pick([0, PAGE, 2 ** 30]));
        const mapping = mapFd(fd, PAGE, DOORBELLS, 'doorbells of a client');
        kept.push(mapping);
        if (dice.oneIn(2)) discard(mapping, 'doorbells of a client');
        scribble(dice);
        did('doorbell pages');
      }
      enable(client, dice.pick(NASTY), FIRST_IOVA);
    } finally {
      closeFds(fds);
      while (kept.length > KEPT) {
        const oldest = kept.shift();
        if (oldest !== undefined) {
          retire(oldest);
          unmap(oldest);
        }
      }
    }
    scribble(dice);
  });
