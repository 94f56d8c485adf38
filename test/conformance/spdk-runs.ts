import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { endOf, lastLines, runToEnd } from '../../bench/micro/process.js';
import { spdkProgram } from '../../bench/micro/spdk/build.js';
import { removeDpdkFiles } from '../../bench/micro/spdk/target.js';

/** The folder of a build of SPDK, from NVBENCH_SPDK. */
export const SPDK = process.env.NVBENCH_SPDK;
/** Why tests that need it are skipped, or false. */
export const skipWithoutSpdk = SPDK === undefined && 'NVBENCH_SPDK names no build of SPDK';

const TIMEOUT_MS = 120_000;
/** The block layer has pools of its own. */
const BDEV_MEMORY_MIB = '512';
export const DD_BYTES = 131_072;

/** What a program of SPDK says, which has to end well. Its memory is plain (--no-huge). */
export async function runSpdk(name: string, memoryMiB: string, ...args: string[]): Promise<string> {
  const program = spdkProgram(SPDK ?? '', name);
  const ended = await runToEnd(program, ['--no-huge', '-s', memoryMiB, ...args], { timeoutMs: TIMEOUT_MS });
  removeDpdkFiles(ended.pid);
  const said = ended.stdout + ended.stderr;
  assert.equal(ended.code, 0, `${name}: ${endOf(ended)}:\n${lastLines(said)}`);
  return said;
}

/** Writes what SPDK's block layer wants to know to have the drive as `Nvme0n1`. `options`: of bdev_nvme_set_options. */
export function writeBdevConfig(path: string, socketDir: string, options?: Record<string, unknown>): void {
  const params = { name: 'Nvme0', trtype: 'VFIOUSER', traddr: socketDir };
  const set = options === undefined ? [] : [{ method: 'bdev_nvme_set_options', params: options }];
  const config = [...set, { method: 'bdev_nvme_attach_controller', params }];
  writeFileSync(path, JSON.stringify({ subsystems: [{ subsystem: 'bdev', config }] }));
}

/** Copies `lengthBytes` by spdk_dd, whose block layer `config` describes; returns what it says. */
export function runDd(config: string, lengthBytes: number, ...args: string[]): Promise<string> {
  const pieces = ['--bs', String(DD_BYTES), '--count', String(lengthBytes / DD_BYTES), '--aio'];
  return runSpdk('spdk_dd', BDEV_MEMORY_MIB, '-c', config, ...pieces, ...args);
}
