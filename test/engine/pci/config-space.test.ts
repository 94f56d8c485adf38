import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CAPABILITY_ID,
  COMMAND_BUS_MASTER,
  COMMAND_INTX_DISABLE,
  COMMAND_MEMORY,
  type ConfigSpace,
  capabilities,
  findCapability,
  readCommand,
  readMsix,
  updateCommand,
} from '../../../engine/pci/config-space.js';

const parse = (text: string): number[] =>
  text
    .trim()
    .split(/\s+/)
    .map((byte) => Number.parseInt(byte, 16));

/** 256 bytes by offset (`70h`); values are literal bytes in the order of the specifications, little endian. */
function space(patches: Readonly<Record<string, string>>) {
  const bytes = Buffer.alloc(256);
  const writes: [number, number, number][] = [];
  for (const [offset, text] of Object.entries(patches)) bytes.set(parse(text), Number.parseInt(offset, 16));
  const config: ConfigSpace = {
    read: (offset, size) => bytes.readUIntLE(offset, size),
    write(offset, size, value) {
      writes.push([offset, size, value]);
      bytes.writeUIntLE(value, offset, size);
    },
  };
  return { config, writes };
}

// PM at 40h -> PCIe at 70h -> MSI-X at B0h, as common drives have it.
const DRIVE = {
  '00h': '4d 14 08 a8 06 04 10 00',
  '34h': '40',
  '40h': '01 70 03 00',
  // LNKCAP 0x00434843: 8 GT/s x4. LNKSTA 0x1042: 5 GT/s x4.
  '70h': '10 b0 02 00  c1 8f e8 07  00 00 00 00  43 48 43 00  00 00 42 10',
  // Message control 0x8020: enabled, 33 vectors. Table at BAR0 + 3000h, PBA at BAR0 + 2000h.
  b0h: '11 00 20 80  00 30 00 00  00 20 00 00',
};

test('command bits are those of the PCI header', () => {
  const { config } = space(DRIVE);
  assert.equal(readCommand(config), 0x0406);
  assert.equal(COMMAND_MEMORY | COMMAND_BUS_MASTER | COMMAND_INTX_DISABLE, 0x0406);
});

test('updating sets and clears bits, keeps the others and returns the former value', () => {
  const { config, writes } = space({ '04h': '43 01' });
  assert.equal(updateCommand(config, COMMAND_BUS_MASTER, 0x0001), 0x0143);
  assert.deepEqual(writes, [[0x04, 2, 0x0146]]);
});

test('an update that changes nothing writes nothing', () => {
  const { config, writes } = space(DRIVE);
  updateCommand(config, COMMAND_BUS_MASTER);
  assert.deepEqual(writes, []);
});

test('a function that reads as all ones is gone', () => {
  const config: ConfigSpace = { read: (_, size) => 2 ** (8 * size) - 1, write() {} };
  assert.throws(() => readCommand(config), { code: 'DEVICE_GONE' });
  assert.throws(() => updateCommand(config, COMMAND_MEMORY), { code: 'DEVICE_GONE' });
  assert.throws(() => [...capabilities(config)], { code: 'DEVICE_GONE' });
});

test('the capability list is walked in its order', () => {
  assert.deepEqual(
    [...capabilities(space(DRIVE).config)],
    [
      { id: 0x01, offset: 0x40 },
      { id: 0x10, offset: 0x70 },
      { id: 0x11, offset: 0xb0 },
    ],
  );
});

test('without the status bit there is no list, whatever the pointer says', () => {
  assert.deepEqual([...capabilities(space({ ...DRIVE, '06h': '00 00' }).config)], []);
});

test('reserved low bits of pointers are masked', () => {
  const { config } = space({ '06h': '10 00', '34h': '43', '40h': '05 00' });
  assert.deepEqual([...capabilities(config)], [{ id: 0x05, offset: 0x40 }]);
});

test('a list that loops ends in an error, after what came before it', () => {
  const { config } = space({ ...DRIVE, b1h: '40' });
  assert.equal(findCapability(config, CAPABILITY_ID.msix), 0xb0);
  assert.throws(() => findCapability(config, CAPABILITY_ID.msi), {
    code: 'CAPABILITY_LIST_BROKEN',
    reason: /loops at 40h/,
  });
});

test('a capability that points at itself is a loop', () => {
  const { config } = space({ '06h': '10 00', '34h': '40', '40h': '01 40' });
  assert.throws(() => [...capabilities(config)], { code: 'CAPABILITY_LIST_BROKEN' });
});

test('a pointer into the header is an error', () => {
  const { config } = space({ '06h': '10 00', '34h': '40', '40h': '01 10' });
  assert.throws(() => [...capabilities(config)], { code: 'CAPABILITY_LIST_BROKEN', reason: /header at 10h/ });
});

test('MSI-X gives table size, BAR and offsets', () => {
  assert.deepEqual(readMsix(space(DRIVE).config), {
    offset: 0xb0,
    tableSize: 33,
    tableBir: 0,
    tableOffset: 0x3000,
    pbaBir: 0,
    pbaOffset: 0x2000,
    enabled: true,
  });
});

test('the BAR index is the low three bits, and high offsets stay positive', () => {
  const { config } = space({ ...DRIVE, b2h: 'ff 07  04 00 00 80  05 10 00 80' });
  const msix = readMsix(config);
  assert.deepEqual([msix?.tableBir, msix?.tableOffset], [4, 0x8000_0000]);
  assert.deepEqual([msix?.pbaBir, msix?.pbaOffset], [5, 0x8000_1000]);
  assert.deepEqual([msix?.tableSize, msix?.enabled], [2048, false]);
});

test('a function without MSI-X says so', () => {
  assert.equal(readMsix(space({}).config), undefined);
});
