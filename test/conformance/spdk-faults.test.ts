/**
 * What SPDK's initiator makes of each kind of fault, held against the log of who injects it. Wants a build of SPDK as
 * spdk-initiator.test.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { askServed, serveVfioUser, type VfioUserServer } from '../../engine/index.js';
import { DD_BYTES, runDd, skipWithoutSpdk, writeBdevConfig } from './spdk-runs.js';

const IMAGE_BYTES = 2 ** 20;
const VALUE = 0x11;
/** The first four reads are of the partition table; the fifth is the first that copies. */
const NTH = 5;
const TIMEOUT_US = 500_000;
const OPTIONS = { timeout_us: TIMEOUT_US, timeout_admin_us: 2_000_000, action_on_timeout: 'reset' };

const TIMED_OUT = [/Detected a timeout/, /resetting controller/];
const STRANGER = /cpl does not map to outstanding cmd/;

/** By fault: what SPDK says of it. */
const SAID: Readonly<Record<string, readonly RegExp[]>> = {
  'error(lba=64-71,sct=2,sc=0x81)': [/READ sqid:1 .* lba:64 /, /UNRECOVERED READ ERROR \(02\/81\)/],
  [`drop(${NTH})`]: TIMED_OUT,
  [`delay(${NTH},700ms)`]: TIMED_OUT,
  [`stuck(${NTH})`]: TIMED_OUT,
  [`phase(${NTH})`]: TIMED_OUT,
  [`cfs(${NTH})`]: [/Controller Fatal Status .* reset required/, ...TIMED_OUT],
  [`cid(${NTH},9999)`]: [STRANGER, /cid:9999/, ...TIMED_OUT],
  [`twice(${NTH})`]: [STRANGER],
  [`reset(${NTH})`]: TIMED_OUT,
  [`storm(${NTH},2,every=100ms)`]: TIMED_OUT,
};

/** By fault: how many bytes of the file that it copied are wrong, of those of the read that the fault hit. */
const WRONG: Readonly<Record<string, number>> = {
  [`lose(${NTH})`]: DD_BYTES,
  [`flip(${NTH},100)`]: 1,
  [`tear(${NTH},1024)`]: DD_BYTES - 1024,
};

describe('faults of a served drive as SPDK sees them', { concurrency: false, skip: skipWithoutSpdk }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-spdk-faults-'));
  const socketDir = join(folder, 'drive');
  const [image, copied, config] = ['image', 'copied', 'bdev.json'].map((name) => join(folder, name));
  let server: VfioUserServer;
  before(async () => {
    server = await serveVfioUser({ socketDir, device: 'sim:?size=64MiB&lba=4096&latency=none' });
    writeBdevConfig(config, socketDir, OPTIONS);
    writeFileSync(image, Buffer.alloc(IMAGE_BYTES, VALUE));
    await runDd(config, IMAGE_BYTES, '--if', image, '--ob', 'Nvme0n1');
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** Copies the drive with the fault in force; it is in the log, and no other. */
  async function copyWith(fault: string): Promise<{ said: string; wrong: number }> {
    const { total = 0 } = await askServed(socketDir, { command: 'log' });
    await askServed(socketDir, { command: 'add', argument: fault });
    try {
      rmSync(copied, { force: true });
      const said = await runDd(config, IMAGE_BYTES, '--ib', 'Nvme0n1', '--of', copied);
      const { injections = [] } = await askServed(socketDir, { command: 'log', argument: String(total) });
      const kind = fault.slice(0, fault.indexOf('('));
      assert.deepEqual([...new Set(injections.map((injection) => injection.kind))], [kind]);
      return { said, wrong: readFileSync(copied).filter((byte) => byte !== VALUE).length };
    } finally {
      await askServed(socketDir, { command: 'remove', argument: 'all' });
    }
  }

  for (const [fault, patterns] of Object.entries(SAID))
    test(fault, async () => {
      const { said } = await copyWith(fault);
      for (const pattern of patterns) assert.match(said, pattern);
    });

  for (const [fault, bytes] of Object.entries(WRONG))
    test(`${fault}: ${bytes} bytes are wrong`, async () => {
      const { said, wrong } = await copyWith(fault);
      assert.equal(wrong, bytes);
      assert.doesNotMatch(said, /Detected a timeout/);
    });
});
