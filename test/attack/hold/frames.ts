/** Frames that are none, or ask for what makes no sense. */
import { RawSecondary } from '../../engine/held/raw-secondary.js';
import type { Attack } from '../attack.js';
import type { Dice } from '../dice.js';
import { NASTY } from '../nasty-numbers.js';
import { withDescriptors } from '../odd-descriptors.js';
import { dropAnswers, shortly } from '../serve/client.js';
import { asSecondary } from './secondary.js';

const KINDS = [
  'hello',
  'take-queue',
  'give-queue',
  'take-vector',
  'give-vector',
  'admin',
  'map',
  'unmap',
  'x',
];
const DEPTH = 20_000;

function value(dice: Dice): unknown {
  const number = dice.pick(NASTY);
  const words = ['', '0x0', `0x${number.toString(16)}`, '__proto__', 'x'.repeat(5000), '\ud800\0'];
  return dice.pick([
    Number(number),
    dice.below(9),
    -1,
    1e300,
    0.5,
    null,
    true,
    [],
    {},
    [[]],
    dice.pick(words),
  ]);
}

function request(dice: Dice): object {
  const keys = ['version', 'qid', 'vector', 'iova', 'lengthBytes', 'timeoutMs', 'command', '__proto__'];
  const body: Record<string, unknown> = { kind: dice.pick(KINDS) };
  for (let count = dice.below(5); count > 0; count--) body[dice.pick(keys)] = value(dice);
  if (dice.oneIn(3))
    body.command = { opcode: value(dice), nsid: value(dice), prp1: value(dice), cdw10: value(dice) };
  return { id: dice.oneIn(4) ? value(dice) : dice.below(1000), body: dice.oneIn(10) ? value(dice) : body };
}

function text(dice: Dice): Buffer {
  switch (dice.below(12)) {
    case 0:
      return dice.bytes(dice.below(300));
    case 1:
      return Buffer.from('['.repeat(DEPTH));
    case 2:
      return Buffer.from(`${'{"a":'.repeat(DEPTH / 2)}1${'}'.repeat(DEPTH / 2)}`).subarray(0, 60_000);
    default:
      return Buffer.from(JSON.stringify(request(dice)));
  }
}

function frame(dice: Dice): Buffer {
  const body = text(dice);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(
    dice.oneIn(10) ? dice.pick([0, 1, body.length + 1, 61_441, 0x7fff_ffff, 0xffff_ffff]) : body.length,
  );
  const bytes = Buffer.concat([length, body]);
  return dice.oneIn(10) ? bytes.subarray(0, 1 + dice.below(bytes.length)) : bytes;
}

export const frames: Attack = async (scene) => {
  const { dice, did } = scene;
  for (let secondary = 1 + dice.below(4); secondary > 0; secondary--)
    await asSecondary(
      scene,
      ({ socket }) => {
        for (let count = 1 + dice.below(40); count > 0; count--) {
          withDescriptors(dice, (fds) => socket.send(frame(dice), fds, shortly()));
          did('frames');
          dropAnswers(socket);
        }
      },
      dice.oneIn(2) ? (path) => RawSecondary.joined(path) : async (path) => new RawSecondary(path),
    );
};
