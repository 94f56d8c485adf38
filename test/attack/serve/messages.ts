/** Messages that are none, or nearly. */
import { RawClient } from '../../engine/device/serve/raw-client.js';
import type { Attack } from '../attack.js';
import type { Dice } from '../dice.js';
import { NASTY } from '../nasty-numbers.js';
import { withDescriptors } from '../odd-descriptors.js';
import { asClient, dropAnswers, shortly } from './client.js';

const COMMANDS = 15;
const FLAGS = [0, 0, 0, 0x10, 0x20, 0x21, 1, 0xf, 0xffff_ffff];
/** Of the messages that the protocol has. */
const BODY_BYTES = [0, 4, 8, 16, 20, 24, 32, 48, 64, 4112];

/** Words that are mostly small, as those of real messages are, and else at the end of something. */
function body(dice: Dice): Buffer {
  const bytes = Buffer.alloc(dice.oneIn(4) ? dice.below(200) : dice.pick(BODY_BYTES));
  for (let at = 0; at + 8 <= bytes.length && at < 64; at += 8)
    bytes.writeBigUInt64LE(dice.oneIn(2) ? BigInt(dice.below(64)) : dice.pick(NASTY), at);
  if (bytes.length >= 4 && dice.oneIn(2)) bytes.writeUInt32LE(bytes.length, 0);
  return bytes;
}

export function message(dice: Dice): Buffer {
  const command = dice.oneIn(10) ? dice.below(65_536) : dice.below(COMMANDS);
  const bytes = RawClient.message(dice.below(65_536), command, body(dice), dice.pick(FLAGS));
  if (dice.oneIn(8)) bytes.writeUInt32LE(dice.pick([0, 1, 15, 16, bytes.length + 1, 65_537, 0xffff_ffff]), 4);
  return dice.oneIn(8) ? bytes.subarray(0, 1 + dice.below(bytes.length)) : bytes;
}

export const messages: Attack = async (scene) => {
  const { dice, did } = scene;
  for (let client = 1 + dice.below(4); client > 0; client--)
    await asClient(
      scene,
      ({ socket }) => {
        for (let count = 1 + dice.below(40); count > 0; count--) {
          withDescriptors(dice, (fds) => socket.send(message(dice), fds, shortly()));
          did('messages');
          dropAnswers(socket);
        }
      },
      !dice.oneIn(4),
    );
};

const INDICES = [0, 1, 2, 2, 2, 3, 4, 5, 255];

/** Interrupts that nobody has, on descriptors that are none. */
export const interrupts: Attack = (scene) =>
  asClient(scene, (client) => {
    const { dice, did } = scene;
    for (let count = 1 + dice.below(40); count > 0; count--) {
      const flags = dice.oneIn(3) ? dice.below(256) : dice.pick([0x21, 0x22, 0x24, 0x14, 0x11]);
      const vectors = dice.pick([0, 1, 2, 8, 9, 2047, 65_535, 0xffff_ffff]);
      withDescriptors(dice, (fds) =>
        client.setIrqs(flags, dice.pick(INDICES), dice.below(4), dice.oneIn(2) ? fds.length : vectors, fds),
      );
      did('interrupts asked for');
    }
  });
