import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PERSONALITIES } from '../../../../../engine/device/personalities/index.js';
import { PLAIN_PERSONALITY } from '../../../../../engine/device/personality.js';
import { parseSimOptions } from '../../../../../engine/path/pcie/transport/sim-options.js';

const dir = mkdtempSync(join(tmpdir(), 'nvbench-personality-'));
after(() => rmSync(dir, { recursive: true }));

const personality = (options: Record<string, string>) => parseSimOptions(options, 1).config.personality;

test('without options it is plain', () => {
  assert.deepEqual(personality({}), PLAIN_PERSONALITY);
});

test('each family is one that the options allow, and names its source', () => {
  for (const [name, { source }] of Object.entries(PERSONALITIES)) {
    assert.notDeepEqual(personality({ personality: name }), PLAIN_PERSONALITY);
    assert.match(source, /NVMe|Linux|SPDK|QEMU/);
  }
});

test('what is written goes before what a family stands for', () => {
  const { config } = parseSimOptions({ personality: 'intel-p3700', vs: '1.4', mdts: '64KiB' }, 1);
  assert.equal(config.personality.version, 0x0001_0400);
  assert.equal(config.mdtsBytes, 65_536);
  assert.deepEqual(config.personality.refusedCns, [2, 3]);
});

test('a personality is read from a file', () => {
  const path = join(dir, 'mine.json');
  writeFileSync(path, '{"source": "mine", "options": {"vs": "1.1.2", "pci": "1234:5678", "queues": "3"}}');
  const { config } = parseSimOptions({ personality: path }, 1);
  assert.equal(config.personality.version, 0x0001_0102);
  assert.deepEqual(config.personality.pciId, {
    vendorId: 0x1234,
    deviceId: 0x5678,
    subsystemVendorId: 0x1234,
    subsystemDeviceId: 0,
  });
  assert.equal(config.maxIoQueues, 3);
});

test('VER of Identify Controller is 0 before version 1.2', () => {
  const versions = ['0.0', '1.1', '1.2', '2.0'].map((vs) => personality({ vs }).identifiedVersion);
  assert.deepEqual(versions, [0, 0, 0x0001_0200, 0x0002_0000]);
});

test('a serial number of any bytes is taken', () => {
  const { serialNumber } = parseSimOptions({ serial_hex: 'ff00c3' }, 1).config;
  assert.deepEqual(
    [...serialNumber].map((character) => character.charCodeAt(0)),
    [0xff, 0, 0xc3],
  );
});

for (const [options, reason] of [
  [{ personality: 'nobody' }, /personality=nobody is not known/],
  [{ personality: '/nowhere/p.json' }, /\/nowhere\/p\.json cannot be read/],
  [{ personality: 'toString' }, /personality=toString/],
  [{ vs: '1' }, /vs=1 is not possible/],
  [{ dstrd: '16' }, /dstrd=16/],
  [{ nn: '2', nsid: '3' }, /nsid=3/],
  [{ refuse_cns: '2,3' }, /refuse_cns=2,3/],
  [{ doorbell_bytes: '5000' }, /doorbell_bytes=5000/],
  [{ pci: '8086' }, /pci=8086/],
  [{ serial_hex: 'f' }, /serial_hex=f/],
] as const)
  test(`${JSON.stringify(options)} is refused`, () => {
    assert.throws(() => parseSimOptions(options, 1), { code: 'BAD_SIM_OPTION', kind: 'input', reason });
  });

test('a file without options, or with options that are no text, is refused', () => {
  for (const text of ['[]', '{}', '{"options": []}', '{"options": {"vs": 1}}', 'null', 'x']) {
    const path = join(dir, 'bad.json');
    writeFileSync(path, text);
    assert.throws(() => parseSimOptions({ personality: path }, 1), {
      code: 'BAD_SIM_OPTION',
      hint: /a personality is JSON/,
    });
  }
});
