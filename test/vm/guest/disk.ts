import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';

/** Blocks of a disk by direct I/O through the kernel, and tools that look at it. */

export const BLOCK_BYTES = 4096;

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** No tool takes so long that goes on. */
const DEADLINE_MS = 60_000;

export interface Ended {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end. Throws where it cannot be started or does not end. */
export async function program(name: string, args: readonly string[], input?: Buffer): Promise<Ended> {
  const child = spawn(name, args, { env });
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  child.stdin.end(input);
  const [stdout, stderr, [exitCode, signal]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, string | null]>,
  ]);
  clearTimeout(timer);
  if (signal === 'SIGKILL') throw new Error(`${name} ${args.join(' ')}: not within ${DEADLINE_MS} ms`);
  return { exitCode, stdout, stderr };
}

/** What a tool printed. Throws Error where it fails. */
export async function tool(name: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await program(name, args);
  assert.equal(exitCode, 0, `${name} ${args.join(' ')}\n${stderr}\n${stdout.toString()}`);
  return stdout.toString();
}

/** What `nvme` says of SMART. */
export const smartLog = async (disk: string): Promise<Record<string, number>> =>
  JSON.parse(await tool('nvme', ['smart-log', disk, '-o', 'json'])) as Record<string, number>;

export interface BlockRead {
  readonly failed: boolean;
  readonly data: Buffer;
  readonly elapsedMs: number;
}

/** Reads `count` blocks of 4096 bytes from block `block` on. */
export async function readBlock(disk: string, block: number, count = 1): Promise<BlockRead> {
  const startedAt = performance.now();
  const args = [`if=${disk}`, 'iflag=direct,skip_bytes', `skip=${block * BLOCK_BYTES}`, 'status=none'];
  const { exitCode, stdout } = await program('dd', [...args, `bs=${BLOCK_BYTES * count}`, 'count=1']);
  return { failed: exitCode !== 0, data: stdout, elapsedMs: performance.now() - startedAt };
}

/** Writes one block of 4096 bytes of that value. Throws Error where it fails. */
export async function writeBlock(disk: string, block: number, value: number): Promise<void> {
  const args = [`of=${disk}`, 'oflag=direct', `bs=${BLOCK_BYTES}`, 'iflag=fullblock', 'conv=notrunc'];
  const data = Buffer.alloc(BLOCK_BYTES, value);
  const { exitCode, stderr } = await program('dd', [...args, `seek=${block}`, 'status=none'], data);
  assert.equal(exitCode, 0, stderr);
}

/** The kernel's log. */
export const kernelLog = (): Promise<string> => tool('dmesg', []);
