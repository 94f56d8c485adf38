/** Hosts that change commands while the controller reads them, and reset it when it has had enough. */
import { attachTransport } from '../../../engine/index.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { closeFd } from '../../../engine/sys/fd.js';
import { type Mapping, mapMemfd, unmap } from '../../../engine/sys/mapping.js';
import { HastyHost } from '../../engine/device/fast-reset.js';
import { RandomCommands } from '../../engine/device/random-commands.js';
import { RawDriver } from '../../engine/device/raw-driver.js';
import type { Rings } from '../../engine/device/raw-rings.js';
import { type Attack, type Scene, whatever } from '../attack.js';
import type { Dice } from '../dice.js';
import { targetAt } from './client.js';

const PAGE = 4096;
const SCRIBBLE_MS = 100;

/** A driver of the server's controller for a while. */
async function asDriver(scene: Scene, act: (driver: RawDriver) => void): Promise<void> {
  const memory: (Mapping & { readonly fd: number })[] = [];
  const mapMemory = (lengthBytes: number, what: string) => {
    const mapping = mapMemfd(lengthBytes, what);
    memory.push(mapping);
    return mapping;
  };
  await whatever(scene, async () => {
    const driver = new RawDriver(await attachTransport(targetAt(scene.at), {}), mapMemory);
    scene.did('drivers');
    try {
      act(driver);
    } finally {
      await driver.close();
    }
  });
  for (const mapping of memory) {
    unmap(mapping);
    closeFd(mapping.fd);
  }
}

function scribble(dice: Dice, commands: RandomCommands, rings: Rings, qid: 0 | 1): void {
  for (let word = 0; word < 200; word++) {
    const at = dice.below(rings.sq.length);
    rings.sq[at] = commands.word(at % 16, qid) >>> 0;
  }
  rings.tail = dice.oneIn(20) ? dice.below(70) : (rings.tail + 1 + dice.below(4)) % rings.sqEntries;
  rings.ring();
  rings.head = dice.oneIn(20) ? dice.below(70) : rings.tail;
  rings.release();
}

export const racingCommands: Attack = (scene) =>
  asDriver(scene, (driver) => {
    const { dice, did } = scene;
    driver.enable();
    const io = driver.ioQueue(1);
    const data = driver.dma(64 * PAGE);
    const commands = new RandomCommands(1 + dice.below(2 ** 31), data.iova);
    let mapped = true;
    for (const until = nowMs() + SCRIBBLE_MS; nowMs() < until; ) {
      scribble(dice, commands, driver.admin, 0);
      scribble(dice, commands, io, 1);
      if (mapped && dice.oneIn(200)) {
        driver.unmap(data);
        mapped = false;
      }
      did('changes of commands', 400);
    }
  });

export const hastyResets: Attack = (scene) =>
  asDriver(scene, (driver) => {
    const { dice, did } = scene;
    const host = new HastyHost(driver, 1 + dice.below(2 ** 31));
    const rounds = 1 + dice.below(15);
    for (let round = 0; round < rounds; round++) host.round('a hasty reset');
    did('hasty resets', rounds);
  });
