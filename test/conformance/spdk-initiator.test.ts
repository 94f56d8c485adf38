/**
 * SPDK's initiator on `nvbench serve`: what it identifies, what it measures, and that what it writes is what it reads. Wants the
 * folder of a build of SPDK in NVBENCH_SPDK; its own memory is plain (--no-huge).
 */
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { endOf, lastLines, runToEnd } from '../../bench/micro/process.js';
import { spdkProgram } from '../../bench/micro/spdk/build.js';
import { removeDpdkFiles } from '../../bench/micro/spdk/target.js';
import { serveVfioUser, type VfioUserServer } from '../../engine/index.js';

const SPDK = process.env.NVBENCH_SPDK;
const skip = SPDK === undefined && 'NVBENCH_SPDK names no build of SPDK';
const MEMORY_MIB = '256';
/** The block layer has pools of its own. */
const BDEV_MEMORY_MIB = '512';
const TIMEOUT_MS = 120_000;
const IMAGE_BYTES = 16 * 2 ** 20;

describe("SPDK's initiator on the vfio-user server", { concurrency: false, skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-spdk-initiator-'));
  const socketDir = join(folder, 'drive');
  const address = `trtype:VFIOUSER traddr:${socketDir} subnqn:nqn.2014-08.org.nvmexpress:nvbench`;
  let server: VfioUserServer;
  before(async () => {
    const device = 'sim:?size=64MiB&lba=4096&latency=none&serial=SPDKUSER&model=A drive for SPDK';
    server = await serveVfioUser({ socketDir, device });
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** What a program of SPDK says, which has to end well. */
  async function run(name: string, ...args: string[]): Promise<string> {
    const program = spdkProgram(SPDK ?? '', name);
    const ended = await runToEnd(program, args, { timeoutMs: TIMEOUT_MS });
    removeDpdkFiles(ended.pid);
    const said = ended.stdout + ended.stderr;
    assert.equal(ended.code, 0, `${name}: ${endOf(ended)}:\n${lastLines(said)}`);
    return said;
  }

  test('spdk_nvme_identify names controller and namespace as they are', async () => {
    const said = await run('spdk_nvme_identify', '--no-huge', '-s', MEMORY_MIB, '-r', address);
    assert.match(said, /Vendor ID:\s+1b36/i);
    assert.match(said, /Subsystem Vendor ID:\s+1af4/i);
    assert.match(said, /Serial Number:\s+SPDKUSER/);
    assert.match(said, /Model Number:\s+A drive for SPDK/);
    assert.match(said, /Size \(in LBAs\):\s+16384 /);
  });

  for (const workload of ['randread', 'randwrite'])
    test(`spdk_nvme_perf ${workload} completes I/Os, and none fails`, async () => {
      const load = ['-q', '32', '-o', '4096', '-w', workload, '-t', '1'];
      const said = await run('spdk_nvme_perf', '--no-huge', '-s', MEMORY_MIB, ...load, '-r', address);
      const [, iops] = /^Total\s*:\s*([\d.]+)/m.exec(said) ?? [];
      assert.ok(Number(iops) > 0, said);
      assert.doesNotMatch(said, /completed with error|failed/i);
    });

  test('spdk_dd reads what it has written', async () => {
    const [written, found, config] = ['written', 'read', 'bdev.json'].map((name) => join(folder, name));
    writeFileSync(written, randomFillSync(new Uint8Array(IMAGE_BYTES)));
    const params = { name: 'Nvme0', trtype: 'VFIOUSER', traddr: socketDir };
    const attach = { method: 'bdev_nvme_attach_controller', params };
    writeFileSync(config, JSON.stringify({ subsystems: [{ subsystem: 'bdev', config: [attach] }] }));
    const common = ['-c', config, '--no-huge', '-s', BDEV_MEMORY_MIB, '--bs', '131072', '--aio'];
    const count = String(IMAGE_BYTES / 131072);
    await run('spdk_dd', ...common, '--if', written, '--ob', 'Nvme0n1', '--count', count);
    await run('spdk_dd', ...common, '--ib', 'Nvme0n1', '--of', found, '--count', count);
    assert.ok(readFileSync(written).equals(readFileSync(found)));
  });
});
