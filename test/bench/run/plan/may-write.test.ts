/** Writes to targets that are never opened, to a served controller and to a held one. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ConfigData } from '../../../../bench/config/config-data.js';
import { checkConfig, parseConfig } from '../../../../bench/config/load.js';
import { checkMayWrite, targetHoldsData } from '../../../../bench/run/plan/may-write.js';
import { plan, run } from '../../../../bench/run/run.js';
import {
  type Drive,
  type DriveNamespace,
  type EngineError,
  serveVfioUser,
} from '../../../../engine/index.js';
import { HeldTarget } from '../../../fixtures/held.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-may-write-'));
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const SIM = 'sim:?size=16MiB&latency=none&serial=S1';
const WRITES = { name: 'writes', rw: 'randwrite', bs: '4k', number_ios: 100 } as const;
const writing = (device: string, keys: object = {}): ConfigData => ({
  device,
  hugepages: 'never',
  allow_writes: true,
  ...keys,
  jobs: [WRITES],
});

for (const target of ['sim', ' SIM:?size=1GiB'])
  test(`${target} holds nobody's data`, () => {
    assert.equal(targetHoldsData(target), false);
  });

for (const target of [
  'pci:0000:01:00.0',
  '0000:01:00.0',
  'trtype:PCIe traddr:0000:01:00.0',
  'vfio-user:/run/x.sock',
  'trtype:VFIOUSER traddr:/run/x.sock',
  'uio:0000:01:00.0',
  'simulated',
  'sim:address',
  'sim:?size=1&size=2',
])
  test(`${target} may hold somebody's data`, () => {
    assert.equal(targetHoldsData(target), true);
  });

test('a configuration that was loaded without knowing of devices is refused before any is touched', async () => {
  const config = checkConfig(writing(`vfio-user:${folder}/nobody`));
  await assert.rejects(plan(config), { code: 'SERIAL_NUMBER_MISSING', kind: 'input' });
  await assert.rejects(run(config), { code: 'SERIAL_NUMBER_MISSING', kind: 'input' });
});

test('where it is known what holds data, the missing serial number is found in the text', () => {
  const text = JSON.stringify(writing('vfio-user:/run/x.sock'));
  assert.equal(parseConfig(text, 'x.yaml').allowWrites, true);
  assert.throws(
    () => parseConfig(text, 'x.yaml', {}, targetHoldsData),
    /serial_number is required to write to "vfio-user:\/run\/x.sock"/,
  );
});

test('a software controller behind a vfio-user socket is written only by its serial number', async () => {
  const server = await serveVfioUser({ socketDir: join(folder, 'served'), device: SIM });
  try {
    await assert.rejects(run(writing(server.target, { serial_number: 'S2' })), {
      code: 'WRITES_NOT_ALLOWED',
      reason: 'the serial number of this drive is S1; the configuration names S2',
    });
    const { result, failure } = await run(writing(server.target, { serial_number: 'S1' }));
    assert.equal(failure, undefined);
    assert.equal(result.jobs[0].directions.write?.ios, 100);
  } finally {
    await server.close();
  }
});

test('a held software controller is written without serial number, as one of the own', async () => {
  const held = new HeldTarget(SIM);
  try {
    const socketPath = join(held.folder, 'held.sock');
    await held.hold('--socket', socketPath);
    const { result, failure } = await run(writing(SIM), { shared: { socketPath } });
    assert.equal(failure, undefined);
    assert.equal(result.devices[0].transport, 'shared:sim');
    assert.equal(result.jobs[0].directions.write?.ios, 100);
  } finally {
    await held.dispose();
  }
});

test('a drive without a serial number is named by its namespace, unless its family has the same names in all drives', () => {
  const [nguid, eui64] = ['0123456789abcdef0123456789abcdef', '0'.repeat(16)];
  const allowed = (name: string, change: object = {}, names: object = { nguid, eui64 }): unknown => {
    const config = checkConfig(writing('sim', { serial_number: name }));
    const identity = { serialNumber: '', modelNumber: '', firmwareRevision: '' };
    const drive = { target: 'pci:0', holdsData: true, identity, ...change } as unknown as Drive;
    try {
      return checkMayWrite(config, drive, { identity: names } as unknown as DriveNamespace);
    } catch (error) {
      return (error as EngineError).message;
    }
  };
  assert.equal(allowed(`nguid:${nguid}`), undefined);
  assert.match(String(allowed('S1')), /this drive is empty; .* names S1; .*serial_number: "nguid:0123/);
  // an EUI-64 of zeros is none
  assert.match(String(allowed(`eui64:${eui64}`)), /this drive is empty/);
  assert.match(String(allowed(`nguid:${nguid}`, { quirks: ['names-not-unique'] })), /it is not written/);
  // with a serial number that alone counts
  const identity = { serialNumber: 'S2', modelNumber: '', firmwareRevision: '' };
  assert.match(String(allowed(`nguid:${nguid}`, { identity })), /this drive is S2/);
});
