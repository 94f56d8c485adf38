/** Workers that sleep for the interrupts of a vfio-user server, and a server that ends meanwhile. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { attachTransport, Controller, pcieDrive, serveVfioUser } from '../../../../../engine/index.js';
import { prepareJob, WorkerPool } from '../../../../../engine/load/index.js';
import { nowMs, sleepMs } from '../../../../../engine/sys/clock.js';
import { openFds } from '../../../../fixtures/open-fds.js';
import { JOB } from '../../../load/specs.js';

const base = mkdtempSync(join(tmpdir(), 'nvbench-irq-'));
after(() => rmSync(base, { recursive: true }));
let count = 0;
/** Far beyond what any of it takes. */
const HANG_MS = 30_000;

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const deadline = nowMs() + HANG_MS / 2; !condition(); await sleepMs(2))
    if (nowMs() > deadline) assert.fail(`never: ${what}`);
}

/** How long a worker waits for a completion: longer than a busy host keeps the server from it. */
const WAITING_MS = 600;

/** Ends the server under an endless job; what its worker says once `supervise` is done. */
async function abandoned(
  ioTimeoutMs: number,
  supervise: (controller: Controller, pool: WorkerPool) => Promise<void>,
) {
  const device = 'sim:?size=16MiB&latency=none';
  const server = await serveVfioUser({ socketDir: join(base, `${count++}`), device });
  const controller = await Controller.start(await attachTransport(server.target), { hugepages: 'never' });
  const job = { ...JOB, completion: 'interrupt', ioTimeoutMs, runtimeMs: Number.POSITIVE_INFINITY } as const;
  const prepared = await prepareJob(pcieDrive(controller), await controller.namespace(), job);
  const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
  pool.start();
  await until(() => pool.live.completed > 0, 'a completion').catch(async (cause) => {
    // Else its thread keeps the test from ending.
    await pool.terminate();
    throw cause;
  });
  await server.close();
  await supervise(controller, pool);
  const { results } = await pool.join();
  await pool.terminate();
  await assert.rejects(prepared.release(), { code: 'DEVICE_LOST' });
  await controller.close();
  return results[0];
}

test('a worker that sleeps when the server ends is told that the device is lost', {
  timeout: HANG_MS,
}, async () => {
  const { stopReason } = await abandoned(HANG_MS, async (controller, pool) => {
    await until(() => controller.dead() !== undefined, 'the controller is found dead');
    pool.stop('device-lost');
  });
  assert.equal(stopReason, 'device-lost');
});

test('a worker that nobody tells ends with its own time-out', { timeout: HANG_MS }, async () => {
  const { stopReason, lostIos } = await abandoned(WAITING_MS, async () => undefined);
  assert.deepEqual([stopReason, lostIos], ['timeout', 4]);
});

test('a server that ended leaves no eventfd of its client behind', { timeout: HANG_MS }, async () => {
  await abandoned(WAITING_MS, async () => undefined);
  const before = openFds();
  await abandoned(WAITING_MS, async () => undefined);
  await until(() => openFds() <= before, 'as few descriptors as before');
});
