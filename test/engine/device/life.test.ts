/** The software controller as a part of the process: its thread, its memory, its manners on few CPUs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { simTransport } from '../../../engine/path/pcie/transport/sim.js';
import { RawDriver } from './raw-driver.js';

const child = fileURLToPath(new URL('./child.js', import.meta.url));
const TIMEOUT_MS = 120_000;

test('close is idempotent and leaves registers that can be touched', async () => {
  const driver = await RawDriver.ready();
  await driver.close();
  await driver.close();
  driver.device.registers.write32(0x14, 1);
  driver.doorbells[0] = 5;
  assert.equal(driver.device.lost(), undefined);
});

test('memory can be unmapped after close', async () => {
  const driver = await RawDriver.ready();
  const data = driver.dma(4096);
  await driver.close();
  driver.unmap(data);
});

test('scan offers the software controller', async () => {
  const entries = await simTransport.scan({});
  assert.deepEqual(
    entries.map((entry) => [entry.target, entry.usable]),
    [['sim', true]],
  );
});

test('a device left open does not keep the process alive', () => {
  const run = spawnSync(process.execPath, [child, 'leave-open'], { timeout: TIMEOUT_MS });
  assert.equal(run.signal, null, 'it had to be killed');
  assert.equal(run.status, 0, run.stderr.toString());
});

test('host and device share one CPU and finish', { skip: !hasTaskset() && 'needs taskset' }, () => {
  const run = spawnSync('taskset', ['-c', firstCpu(), process.execPath, child, 'io'], {
    timeout: TIMEOUT_MS,
  });
  assert.equal(run.signal, null, 'it had to be killed');
  assert.equal(run.status, 0, run.stderr.toString());
  assert.match(run.stdout.toString(), /5000 completed/);
});

test('a device idle for longer than its spin still answers', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(queue.run({ opcode: 0x00, nsid: 1 }).sc, 0);
  }
  await driver.close();
});

function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version']).status === 0;
}

function firstCpu(): string {
  const shown = spawnSync('taskset', ['-cp', String(process.pid)]).stdout.toString();
  return /: (\d+)/.exec(shown)?.[1] ?? '0';
}
