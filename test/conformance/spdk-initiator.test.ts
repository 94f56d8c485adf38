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
import { serveVfioUser, type VfioUserServer } from '../../engine/index.js';
import { runDd, runSpdk, skipWithoutSpdk, writeBdevConfig } from './spdk-runs.js';

const MEMORY_MIB = '256';
const IMAGE_BYTES = 16 * 2 ** 20;

describe("SPDK's initiator on the vfio-user server", { concurrency: false, skip: skipWithoutSpdk }, () => {
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

  test('spdk_nvme_identify names controller and namespace as they are', async () => {
    const said = await runSpdk('spdk_nvme_identify', MEMORY_MIB, '-r', address);
    assert.match(said, /Vendor ID:\s+1b36/i);
    assert.match(said, /Subsystem Vendor ID:\s+1af4/i);
    assert.match(said, /Serial Number:\s+SPDKUSER/);
    assert.match(said, /Model Number:\s+A drive for SPDK/);
    assert.match(said, /Size \(in LBAs\):\s+16384 /);
  });

  // All of its patterns.
  for (const workload of ['read', 'write', 'randread', 'randwrite', 'rw', 'randrw'])
    test(`spdk_nvme_perf ${workload} completes I/Os, and none fails`, async () => {
      const mix = workload.endsWith('rw') ? ['-M', '70'] : [];
      const load = ['-q', '32', '-o', '4096', '-w', workload, ...mix, '-t', '1'];
      const said = await runSpdk('spdk_nvme_perf', MEMORY_MIB, ...load, '-r', address);
      const [, iops] = /^Total\s*:\s*([\d.]+)/m.exec(said) ?? [];
      assert.ok(Number(iops) > 0, said);
      assert.doesNotMatch(said, /completed with error|failed/i);
    });

  test('spdk_dd reads what it has written', async () => {
    const [written, found, config] = ['written', 'read', 'bdev.json'].map((name) => join(folder, name));
    writeFileSync(written, randomFillSync(new Uint8Array(IMAGE_BYTES)));
    writeBdevConfig(config, socketDir);
    await runDd(config, IMAGE_BYTES, '--if', written, '--ob', 'Nvme0n1');
    await runDd(config, IMAGE_BYTES, '--ib', 'Nvme0n1', '--of', found);
    assert.ok(readFileSync(written).equals(readFileSync(found)));
  });
});
