/** What the controller records of its commands, against what a host gave it by hand. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { NO_ROOM, newRecordRing, RecordRing, ringParts } from '../../../../engine/device/record/ring.js';
import { RecordWriter } from '../../../../engine/device/record/writer.js';
import { parseTarget } from '../../../../engine/path/open.js';
import { attachSim } from '../../../../engine/path/pcie/transport/sim.js';
import { tracedOperation } from '../../../../reports/command-record/operations.js';
import { commandAt, type RecordedCommand } from '../../../../reports/command-record/records.js';
import { BenchController } from '../bench-controller.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-record-'));
after(() => rmSync(folder, { recursive: true }));

const [NSID, PRP1, CDW10, CDW11, CDW12] = [1, 6, 10, 11, 12];
const RECORD_BYTES = 64;

function taken(ring: RecordRing): RecordedCommand[] {
  const bytes = ring.ready().slice();
  ring.take(bytes.length / RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / RECORD_BYTES }, (_, i) => commandAt(view, i * RECORD_BYTES));
}

function started(options: Record<string, string> = {}, records = 64) {
  const buffer = newRecordRing(records);
  const host = new BenchController(options, buffer);
  const ring = new RecordRing(buffer);
  host.start();
  const made = taken(ring);
  return { host, ring, made };
}

test('each command is recorded with its blocks, its status and a hash of its data', () => {
  const { host, ring, made } = started({ faults: 'error(lba=100-100,sct=2,sc=0x81);drop(6)' });
  assert.deepEqual(
    made.map(({ qid, opcode, status, slba }) => [qid, opcode, status, slba]),
    [
      [0, 5, 0, undefined],
      [0, 1, 0, undefined],
    ],
  );
  const data = { [NSID]: 1, [PRP1]: host.dataIova };
  const dsm = { opcode: 9, ...data, [CDW10]: 1, [CDW11]: 4 };
  host.submit(1, { opcode: 1, ...data, [CDW10]: 8, [CDW12]: 7 });
  host.submit(1, { opcode: 2, ...data, [CDW10]: 8, [CDW12]: 7 });
  host.submit(1, { opcode: 2, ...data, [CDW10]: 100, [CDW12]: 0 });
  host.submit(1, { opcode: 0, [NSID]: 1 });
  host.poke(host.dataIova, [0, 3, 20, 0, 0, 5, 40, 0]);
  host.submit(1, dsm);
  host.submit(1, { opcode: 2, ...data, [CDW10]: 9, [CDW11]: 1, [CDW12]: 0 });
  const records = taken(ring);
  assert.deepEqual(
    records.map(({ sequence, opcode, slba, blocks, status, hash, furtherRange, completionNs }) => [
      sequence,
      opcode,
      slba,
      blocks,
      status,
      hash !== undefined,
      furtherRange,
      completionNs !== undefined,
    ]),
    [
      [3, 1, 8, 8, 0, true, false, true],
      [4, 2, 8, 8, 0, true, false, true],
      [5, 2, 100, 1, 0x281, false, false, true],
      [6, 0, undefined, 0, 0, false, false, true],
      [7, 9, 20, 3, 0, false, false, true],
      [7, 9, 40, 5, 0, false, true, true],
      [8, 2, 2 ** 32 + 9, 1, 0, false, false, false],
    ],
  );
  assert.equal(records[0].hash, 0x475546f5); // of 4096 zeros, by libxxhash
  assert.equal(records[1].hash, records[0].hash);
  assert.ok(records.every(({ qid, cid, nsid }) => qid === 1 && cid === 0 && nsid === 1));
  const now = Number(process.hrtime.bigint());
  for (const { arrivalNs, completionNs = arrivalNs } of records)
    assert.ok(now - 60e9 < arrivalNs && arrivalNs <= completionNs && completionNs <= now);
});

test('an append is recorded where it went, a compare with its blocks; both have a hash of the data', () => {
  const { host, ring } = started({ zone: '32KiB' });
  const data = { [NSID]: 1, [PRP1]: host.dataIova, [CDW12]: 7 };
  for (const slba of [64, 64, 65]) host.submit(1, { opcode: 0x7d, ...data, [CDW10]: slba });
  host.submit(1, { opcode: 5, ...data, [CDW10]: 72 });
  assert.deepEqual(
    taken(ring).map((each) => [
      each.opcode,
      each.slba,
      each.blocks,
      each.status,
      each.hash,
      tracedOperation(each),
    ]),
    [
      [0x7d, 64, 8, 0, 0x475546f5, 'write'],
      [0x7d, 72, 8, 0, 0x475546f5, 'write'],
      [0x7d, 65, 8, 0x4002, undefined, undefined],
      [5, 72, 8, 0, 0x475546f5, undefined],
    ],
  );
});

test('a command that a reset overtakes has no completion, one whose queue is deleted is aborted', () => {
  const { host, ring } = started({ latency: '10s' });
  host.submit(1, { opcode: 0, [NSID]: 1 });
  host.submit(0, { opcode: 0, [CDW10]: 1 });
  assert.deepEqual(
    taken(ring).map(({ qid, status }) => [qid, status]),
    [
      [1, 8], // Command Aborted due to SQ Deletion
      [0, 0],
    ],
  );
  host.start();
  taken(ring);
  host.submit(1, { opcode: 0, [NSID]: 1 });
  assert.deepEqual(taken(ring), []);
  host.start();
  assert.equal(taken(ring)[0].completionNs, undefined);
});

test('what finds no room, or cannot be written, is counted, and the next that can be has the count', () => {
  const { host, ring } = started({ media: 'null' }, 4);
  for (let i = 0; i < 10; i++) host.submit(1, { opcode: 0, [NSID]: 1 });
  assert.deepEqual(ring.state(), { commands: 2, lost: 6 });
  const path = join(folder, 'refused');
  closeSync(openSync(path, 'w'));
  const fd = openSync(path, 'r');
  new RecordWriter(ring, fd).writeAll();
  closeSync(fd);
  const { commands, lost, problem } = ring.state();
  assert.deepEqual([commands, lost], [2, 10]);
  assert.match(problem!, /EBADF/);
  host.submit(1, { opcode: 0, [NSID]: 1 });
  assert.equal(taken(ring)[0].sequence, 13);
});

test('a controller whose record is not whole warns of it, once however many are missing', async () => {
  const device = await attachSim(parseTarget(`sim:?size=1MiB&record=${join(folder, 'lossy.rec')}`));
  const warned = () => device.warnings.map(({ code, message }) => [code, message]);
  assert.deepEqual(warned(), []);
  const { numbers } = ringParts(device.live.record!);
  numbers[NO_ROOM] = 3;
  const first = warned();
  assert.deepEqual(
    first.map(([code]) => code),
    ['record-not-whole'],
  );
  numbers[NO_ROOM] = 4;
  assert.deepEqual(warned(), first);
  await device.close();
});
