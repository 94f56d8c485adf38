/** A purge on every path that has one: nothing of what was written is left; the others refuse it before the first I/O. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { ConfigData } from '../../bench/config/config-data.js';
import { plan, run } from '../../bench/run/run.js';
import { attachTransport, Controller, IoChannel, serveVfioUser } from '../../engine/index.js';
import { HeldTarget } from '../fixtures/held.js';

const folder = mkdtempSync('/var/tmp/nvbench-purge-');
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const MIB = 2 ** 20;
const READ = { name: 'read', rw: 'read', bs: '4k', number_ios: 1 } as const;
const configOf = (device: string, keys: object, jobs: ConfigData['jobs'] = [READ]): ConfigData => ({
  device,
  hugepages: 'never',
  allow_writes: true,
  jobs,
  ...keys,
});

describe('a controller', () => {
  // No multiple of a range, so that the last one is shorter.
  const sizeBytes = 1024 * MIB + MIB + 4608;
  const keys = { serial_number: 'P1' };

  /** What the first and the last block of the namespace hold. */
  async function endsOf(target: string): Promise<Buffer[]> {
    const controller = await Controller.start(await attachTransport(target, {}));
    const namespace = await controller.namespace();
    const channel = await IoChannel.open(controller, namespace);
    const buffer = controller.arena.allocate(512, 4096);
    const ends: Buffer[] = [];
    for (const slba of [0, namespace.sizeLbas - 1]) {
      await channel.read(slba, 1, buffer);
      ends.push(Buffer.from(buffer.view.slice(0, 512)));
    }
    await channel.close();
    await controller.close();
    return ends;
  }

  for (const purge of ['deallocate', 'format'] as const)
    test(`that is purged by ${purge} has nothing left of what was written, and says so`, async () => {
      const device = `sim:?size=${sizeBytes}&latency=none&serial=P1`;
      const served = await serveVfioUser({ socketDir: join(folder, purge), device });
      const { target } = served;
      try {
        const end = { offset: sizeBytes - MIB, size: MIB };
        const fill = [
          { name: 'first', rw: 'write', bs: '512', size: MIB },
          { name: 'last', rw: 'write', bs: '512', ...end },
        ] as const;
        await run(configOf(target, keys, fill));
        for (const block of await endsOf(target)) assert.notDeepEqual(block, Buffer.alloc(512));
        const { result, failure } = await run(configOf(target, { ...keys, purge }));
        assert.equal(failure, undefined);
        for (const block of await endsOf(target)) assert.deepEqual(block, Buffer.alloc(512));
        const [record, ...others] = result.purges ?? [];
        assert.deepEqual([record.way, record.before, record.bytes], [purge, 'read', sizeBytes]);
        assert.equal(others.length, 0);
      } finally {
        await served.close();
      }
    });
});

test('a file is a hole once it was purged, and is no controller to be formatted', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(3 * MIB + 512, 0xa5));
  const keys = { serial_number: path };
  const { failure } = await run(configOf(`uring:${path}?lba=512`, { ...keys, purge: 'deallocate' }));
  assert.equal(failure, undefined);
  assert.deepEqual(readFileSync(path), Buffer.alloc(3 * MIB + 512));
  assert.ok(statSync(path).blocks * 512 <= 4096);
  const formatted = configOf(`uring:${path}`, { ...keys, purge: 'format' });
  await assert.rejects(run(formatted), { code: 'NO_ADMIN_COMMANDS', kind: 'input' });
  await assert.rejects(plan(formatted), { code: 'NO_ADMIN_COMMANDS', kind: 'input' });
});

test('what is no device is purged by nothing, and is not formatted', async () => {
  const { result } = await run(configOf('null:?size=8MiB', { purge: 'deallocate' }));
  assert.equal(result.purges?.length, 1);
  const formatted = configOf('null:?size=8MiB', { purge: 'format' });
  await assert.rejects(run(formatted), { code: 'NO_ADMIN_COMMANDS', kind: 'input' });
});

test('a controller that another process holds is deallocated, and not formatted beside others', async () => {
  const held = new HeldTarget('sim:?size=16MiB&latency=none');
  try {
    await held.hold();
    const purged = (purge: string) =>
      held.run(purge, { rw: 'randread', bs: '4k', number_ios: 10, purge }, '--set', 'allow_writes=true')
        .ended;
    const { exitCode, stdout, stderr } = await purged('deallocate');
    assert.equal(exitCode, 0, stderr);
    assert.equal(JSON.parse(stdout).purges.length, 1);
    const refused = await purged('format');
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /not for this process alone/);
  } finally {
    await held.dispose();
  }
});
