/** Secondaries that ask for whatever hurts, ring for others, and take their memory away. */
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { closeFd } from '../../../engine/sys/fd.js';
import { ftruncate } from '../../../engine/sys/libc.js';
import { createMemfd, mapFd, unmap, viewAt } from '../../../engine/sys/mapping.js';
import { HostileSecondary } from '../../engine/held/hostile-secondary.js';
import { hex } from '../../engine/held/raw-secondary.js';
import { type Attack, whatever } from '../attack.js';
import { FILE_BYTES, NASTY } from '../nasty-numbers.js';
import { asSecondary } from './secondary.js';

const PAGE = 4096;
const IDENTIFY = 0x06;
const REQUESTS = 150;
const RING_MS = 200;
const DOORBELL_WORDS = 20;

export const requests: Attack = async (scene) => {
  const { at, dice, did } = scene;
  const secondary = new HostileSecondary(at, 1 + dice.below(2 ** 31));
  await whatever(scene, () => secondary.attack(REQUESTS));
  secondary.leave();
  did('requests', REQUESTS);
};

export const foreignDoorbells: Attack = (scene) =>
  asSecondary(scene, async ({ fds }) => {
    const { dice, did } = scene;
    const page = mapFd(fds[1], PAGE, PAGE, 'doorbells');
    const words = new Uint32Array(viewAt(page.address, PAGE));
    for (const until = nowMs() + dice.below(RING_MS); nowMs() < until; await sleepMs(1)) {
      words[dice.below(DOORBELL_WORDS)] = dice.pick([dice.below(32), dice.below(5000), 0xffff_ffff]);
      did('doorbells rung');
    }
    unmap(page);
  });

export const memory: Attack = (scene) =>
  asSecondary(scene, async (secondary) => {
    const { dice, did } = scene;
    const fd = createMemfd(dice.pick(FILE_BYTES), 'memory of a secondary');
    try {
      for (let count = 1 + dice.below(20); count > 0; count--) {
        const iova = dice.oneIn(3) ? dice.pick(NASTY) : secondary.start + BigInt(dice.below(40) * PAGE);
        await secondary.map(iova, dice.oneIn(3) ? Number(dice.pick(NASTY)) : PAGE, fd);
        if (dice.oneIn(4)) ftruncate(fd, dice.pick([0, PAGE]));
        await secondary.admin({ opcode: IDENTIFY, cdw10: 1, prp1: hex(iova) });
        if (dice.oneIn(3)) await secondary.ask({ kind: 'unmap', iova: hex(iova), lengthBytes: PAGE });
        did('mappings');
      }
    } finally {
      closeFd(fd);
    }
  });
