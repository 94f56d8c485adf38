/**
 * Sequences of all that a client can do: registers, commands, doorbells and messages in any order, without waiting for an answer, from the first
 * byte of a connection until it is left.
 */

import { sleepMs } from '../../../engine/sys/clock.js';
import { closeFd } from '../../../engine/sys/fd.js';
import { mapMemfd, unmap } from '../../../engine/sys/mapping.js';
import { RandomCommands } from '../../engine/device/random-commands.js';
import { RawClient } from '../../engine/device/serve/raw-client.js';
import type { Attack, Scene } from '../attack.js';
import type { Dice } from '../dice.js';
import { NASTY } from '../nasty-numbers.js';
import { withDescriptors } from '../odd-descriptors.js';
import { asClient, dropAnswers, shortly } from './client.js';
import { message } from './messages.js';

const PAGE = 4096;
const PAGES = 64;
const MEMORY_IOVA = 0x20_0000;
const [READ, WRITE, RESET] = [9, 10, 13];
const REGISTERS = [0x00, 0x08, 0x0c, 0x10, 0x14, 0x1c, 0x20, 0x24, 0x28, 0x30, 0x38, 0x50, 0x68, 0xffc];
const CC = 0x14;
const CSTS = 0x1c;
const DOORBELLS = 0x1000;
const ENABLED = 0x46_0001;
const ENTRIES = 16;
/** Beside those of RandomCommands: firmware, self-test, Doorbell Buffer Config, Sanitize. */
const MORE_ADMIN = [0x10, 0x11, 0x14, 0x7c, 0x84];
const MOST_STEPS = 40;
const LOOKS = 1000;

interface Player {
  readonly dice: Dice;
  readonly commands: RandomCommands;
  /** The client's memory: admin queues in the first two pages, I/O queues in the next. */
  readonly words: Uint32Array;
  readonly tails: number[];
  say(command: number, body: Uint8Array, fds?: readonly number[]): void;
  raw(bytes: Uint8Array): void;
}

function accessOf(offset: number, count: number, data: Uint8Array = new Uint8Array(0)): Buffer {
  const body = Buffer.alloc(16 + data.length);
  body.writeBigUInt64LE(BigInt(offset), 0);
  body.writeUInt32LE(count, 12);
  body.set(data, 16);
  return body;
}

function write({ say }: Player, offset: number, value: number | bigint, bytes: 4 | 8 = 4): void {
  const data = Buffer.alloc(8);
  data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  say(WRITE, accessOf(offset, bytes, data.subarray(0, bytes)));
}

function enable(player: Player): void {
  const { dice, tails } = player;
  if (!dice.oneIn(8)) write(player, CC, 0);
  write(player, 0x24, dice.oneIn(6) ? dice.pick(NASTY) : (ENTRIES - 1) * 0x1_0001);
  write(player, 0x28, dice.oneIn(6) ? dice.pick(NASTY) : MEMORY_IOVA, 8);
  write(player, 0x30, dice.oneIn(6) ? dice.pick(NASTY) : MEMORY_IOVA + PAGE, 8);
  write(player, CC, dice.oneIn(6) ? dice.pick(NASTY) : ENABLED);
  tails.fill(0);
}

/** Enables it as a host does that means well, and waits for it, though not for ever. */
function ready(client: RawClient): void {
  const words = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
  client.write(0, CC, words(0));
  client.write(0, 0x24, words((ENTRIES - 1) * 0x1_0001));
  client.write(0, 0x28, words(MEMORY_IOVA, 0));
  client.write(0, 0x30, words(MEMORY_IOVA + PAGE, 0));
  client.write(0, CC, words(ENABLED));
  for (let look = 0; look < LOOKS && client.read(0, CSTS, 4).body.readUInt32LE(16) === 0; look++);
}

/** Puts a command into a queue and rings for it. */
function command(player: Player): void {
  const { dice, commands, words, tails } = player;
  const qid = dice.oneIn(2) ? 0 : 1;
  const at = (qid * 2 * PAGE) / 4 + tails[qid] * 16;
  for (let word = 0; word < 16; word++) words[at + word] = commands.word(word, qid) >>> 0;
  if (qid === 0 && dice.oneIn(3)) words[at] = dice.pick(MORE_ADMIN);
  if (dice.oneIn(10)) words[at + dice.below(16)] = Number(dice.pick(NASTY) & 0xffff_ffffn);
  tails[qid] = (tails[qid] + 1) % ENTRIES;
  write(player, DOORBELLS + qid * 8, tails[qid]);
  if (dice.oneIn(2)) write(player, DOORBELLS + qid * 8 + 4, tails[qid]);
}

/** An I/O queue pair where the commands of the sequence are. */
function queues(player: Player): void {
  const { words, tails } = player;
  const size = (1 | ((ENTRIES - 1) << 16)) >>> 0;
  for (const [opcode, page, cdw11] of [
    [0x05, 3, 1],
    [0x01, 2, 0x1_0001],
  ]) {
    const at = tails[0] * 16;
    words.fill(0, at, at + 16);
    [words[at], words[at + 6], words[at + 10], words[at + 11]] = [
      opcode,
      MEMORY_IOVA + page * PAGE,
      size,
      cdw11,
    ];
    tails[0] = (tails[0] + 1) % ENTRIES;
  }
  tails[1] = 0;
  write(player, DOORBELLS, tails[0]);
}

function writeRegister(player: Player): void {
  const { dice } = player;
  write(player, dice.pick(REGISTERS), dice.pick(NASTY), dice.oneIn(2) ? 4 : 8);
}

function readRegister({ dice, say }: Player): void {
  const offset = dice.oneIn(8) ? dice.below(0x3000) : dice.pick(REGISTERS);
  say(READ, accessOf(offset, dice.pick([1, 4, 4, 8, 64])));
}

function ring(player: Player): void {
  const { dice } = player;
  write(player, DOORBELLS + 4 * dice.below(8), dice.pick([0, 1, 15, 16, 0xffff, 0xffff_ffff]));
}

/** What it does by what reports call it, with how many of all steps: what ends a connection, or the controller, is to be rare. */
const STEPS: readonly (readonly [string, (player: Player) => void, number])[] = [
  ['registers written', writeRegister, 2],
  ['registers read', readRegister, 4],
  ['doorbells rung', ring, 2],
  ['controllers enabled', enable, 1],
  ['queues made', queues, 2],
  ['commands', command, 24],
  ['messages', ({ dice, raw }) => raw(message(dice)), 1],
  ['resets', ({ say }) => say(RESET, new Uint8Array(0)), 1],
];
const DRAWN = STEPS.flatMap((step) => Array<typeof step>(step[2]).fill(step));

async function sequence(scene: Scene): Promise<void> {
  const { dice, did } = scene;
  const memory = mapMemfd(PAGES * PAGE, 'memory of a client');
  const greets = !dice.oneIn(20);
  await asClient(
    scene,
    async (client) => {
      const { socket } = client;
      const raw = (bytes: Uint8Array, fds: readonly number[] = []): void => {
        socket.send(bytes, fds, shortly());
        dropAnswers(socket);
      };
      const player: Player = {
        dice,
        commands: new RandomCommands(1 + dice.below(2 ** 31), MEMORY_IOVA),
        words: new Uint32Array(memory.buffer),
        tails: [0, 0],
        say: (kind, body, fds) => raw(RawClient.message(dice.below(65_536), kind, body), fds),
        raw: (bytes) => withDescriptors(dice, (fds) => raw(bytes, fds)),
      };
      if (greets) {
        client.map(memory.fd, BigInt(MEMORY_IOVA), BigInt(PAGES * PAGE));
        // most begin with a controller that is ready, and queues
        if (!dice.oneIn(4)) ready(client);
        if (!dice.oneIn(4)) queues(player);
      }
      for (let count = 1 + dice.below(MOST_STEPS); count > 0; count--) {
        const [what, step] = dice.pick(DRAWN);
        step(player);
        did(what);
        if (dice.oneIn(8)) await sleepMs(1);
      }
      if (dice.oneIn(2)) await sleepMs(2);
    },
    greets,
  );
  unmap(memory);
  closeFd(memory.fd);
  did('sequences');
}

export const sequences: Attack = async (scene) => {
  for (let count = 1 + scene.dice.below(8); count > 0; count--) await sequence(scene);
};
