import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { attachTransport, Controller, IoChannel } from '../../../engine/index.js';
import { bindToNvme, bindToVfio } from './bind.js';

/** Transfers of 1 block, then doubling to the largest one, each at an odd place, `offset` bytes into a page. */
interface Piece {
  slba: number;
  lbas: number;
  offset: number;
}

const OFFSETS = [0, 4, 512, 2048, 4092];

function pieces(maxBytes: number, lbaBytes: number): Piece[] {
  const found: Piece[] = [];
  let slba = 3;
  for (let bytes = lbaBytes, i = 0; bytes <= maxBytes; bytes *= 2, i++) {
    const lbas = bytes / lbaBytes;
    // At an offset the transfer spans one page more, so the largest stays at the start of one.
    found.push({ slba, lbas, offset: bytes === maxBytes ? 0 : OFFSETS[i % OFFSETS.length] });
    slba += lbas + 1;
  }
  return found;
}

/** Content that follows from the place on the drive: both sides can make it. */
function content(piece: Piece, lbaBytes: number, salt: string): Buffer {
  const length = piece.lbas * lbaBytes;
  const chunks: Buffer[] = [];
  for (let made = 0; made < length; made += 64) {
    chunks.push(createHash('sha512').update(`${salt} ${piece.slba} ${made}`).digest());
  }
  return Buffer.concat(chunks).subarray(0, length);
}

async function throughVfio<T>(
  address: string,
  body: (channel: IoChannel, controller: Controller, lbaBytes: number, plan: Piece[]) => Promise<T>,
): Promise<T> {
  await bindToVfio(address);
  const controller = await Controller.start(await attachTransport(`pci:${address}`, {}));
  try {
    const namespace = await controller.namespace();
    const channel = await IoChannel.open(controller, namespace);
    const plan = pieces(Math.min(controller.maxTransferBytes, 2 ** 20), namespace.lbaBytes);
    const result = await body(channel, controller, namespace.lbaBytes, plan);
    await channel.close();
    return result;
  } finally {
    await controller.close();
  }
}

export interface IntegrityResult {
  lbaBytes: number;
  pieces: number;
  largestBytes: number;
}

/** What VFIO writes the kernel reads, and what the kernel writes VFIO reads. */
export async function checkIntegrity(address: string): Promise<IntegrityResult> {
  const { lbaBytes, plan } = await throughVfio(address, async (channel, controller, lbaBytes, plan) => {
    const buffer = controller.arena.allocate(plan.at(-1)!.lbas * lbaBytes + 8192, 4096);
    for (const piece of plan) {
      content(piece, lbaBytes, 'vfio').copy(new Uint8Array(buffer.view), piece.offset);
      await channel.write(piece.slba, piece.lbas, buffer, piece.offset);
    }
    await channel.flush();
    return { lbaBytes, plan };
  });

  const disk = openSync(await bindToNvme(address), 'r+');
  for (const piece of plan) {
    const expected = content(piece, lbaBytes, 'vfio');
    const found = Buffer.alloc(expected.length);
    readSync(disk, found, 0, found.length, piece.slba * lbaBytes);
    assert.ok(
      found.equals(expected),
      `the kernel reads other data at block ${piece.slba}, ${piece.lbas} blocks`,
    );
    const fresh = content(piece, lbaBytes, 'kernel');
    writeSync(disk, fresh, 0, fresh.length, piece.slba * lbaBytes);
  }
  closeSync(disk);

  await throughVfio(address, async (channel, controller) => {
    const buffer = controller.arena.allocate(plan.at(-1)!.lbas * lbaBytes + 8192, 4096);
    for (const piece of plan) {
      const expected = content(piece, lbaBytes, 'kernel');
      await channel.read(piece.slba, piece.lbas, buffer, piece.offset);
      const found = Buffer.from(buffer.view, piece.offset, expected.length);
      assert.ok(found.equals(expected), `VFIO reads other data at block ${piece.slba}, ${piece.lbas} blocks`);
    }
  });
  return { lbaBytes, pieces: plan.length, largestBytes: plan.at(-1)!.lbas * lbaBytes };
}
