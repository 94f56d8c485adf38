import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkerSpec } from '../../../engine/load/job.js';
import { Loop } from '../../../engine/load/loop.js';
import { operationsHash } from '../../../engine/load/operations-hash.js';
import { baseOf, takeRecords, withRecords } from '../../../engine/path/records.js';
import { hashOfIos } from '../../fixtures/hashed-ios.js';
import { LBA_BYTES } from '../path/pcie/played-lane.js';
import { seededRandom } from '../stats/random.js';
import { openLoop, playedSpec, withSimJob } from './specs.js';

interface Issued {
  readonly opcode: number;
  readonly slba: number;
  readonly lbas: number;
}

const hashOf = (workers: readonly (readonly Issued[])[]): string =>
  hashOfIos(
    workers.flat().map(({ opcode, lbas, slba }) => ({
      opcode,
      lengthBytes: lbas * LBA_BYTES,
      offsetBytes: slba * LBA_BYTES,
    })),
  );

const IOS = 1024;

/**
 * What the controller was rung for, in order over all queues, while it completes some of what is outstanding in an order
 * of its own, now and then with a failure.
 */
function issued(change: Partial<WorkerSpec>, lanes: number, seed: number, rateIops?: number): Issued[] {
  const { spec, pairs, control } = playedSpec(change, lanes);
  const loop =
    rateIops === undefined
      ? new Loop(spec, control.activeSet())
      : openLoop({ ...spec, rateIops }, control.activeSet());
  const random = seededRandom(seed);
  const commands: Issued[] = [];
  const outstanding = pairs.map((): number[] => []);
  for (const [i, { queue }] of loop.lanes.entries()) {
    const ring = queue.ring.bind(queue);
    queue.ring = () => {
      ring();
      for (const command of pairs[i].fetch()) {
        commands.push(command);
        outstanding[i].push(command.cid);
      }
    };
  }
  loop.prime();
  for (let turn = 0; commands.length < IOS; turn++) {
    assert.ok(turn < 1e6, `${commands.length} I/Os`);
    for (const [i, cids] of outstanding.entries()) {
      const done = cids.filter(() => random() < 0.4);
      outstanding[i] = cids.filter((cid) => !done.includes(cid));
      for (const cid of done.sort(() => random() - 0.5))
        pairs[i].complete(cid, { status: random() < 0.02 ? 0x281 : 0 });
    }
    loop.run(1);
  }
  return commands.slice(0, IOS);
}

const WORKLOADS: Readonly<Record<string, Partial<WorkerSpec>>> = {
  'random reads': {},
  'random writes': { readPercent: 0 },
  'a random mix': { readPercent: 30, region: { startLba: 64, blockLbas: 8, blocks: 5000 } },
  'blocks drawn each by itself': { norandommap: true },
  'reads in sequence': { random: false },
  'a mix in sequence, backwards and apart': { random: false, readPercent: 50, stepBytes: -16384 },
  'a partly random mix': { readPercent: 70, percentageRandom: 40 },
  'runs of eight': { runIos: 8 },
  'blocks by Zipf': { distribution: { law: 'zipf', theta: 1.1 } },
  'blocks beyond 2^32': { region: { startLba: 2 ** 33, blockLbas: 8, blocks: 3000 } },
  'another seed': { seed: 77 },
};

for (const [name, change] of Object.entries(WORKLOADS))
  test(`what is rung for is what was hashed: ${name}, at any depth and over any number of queues`, () => {
    const sizeLbas = 2 ** 40;
    const shapes = [
      { iodepth: 1, lanes: 1 },
      { iodepth: 7, lanes: 1 },
      { iodepth: 100, lanes: 1 },
      { iodepth: 5, lanes: 3 },
    ];
    for (const [seed, { iodepth, lanes }] of shapes.entries()) {
      const shape = { ...change, iodepth, sizeLbas };
      const { value, iosPerWorker } = operationsHash([playedSpec(shape).spec]);
      assert.equal(iosPerWorker, IOS);
      assert.equal(hashOf([issued(shape, lanes, seed)]), value, `depth ${iodepth}, ${lanes} queues`);
    }
  });

test('so it is where a thread has no room for the records of its slots', () => {
  const mix = { readPercent: 40, iodepth: 9 };
  const { value } = operationsHash([playedSpec(mix).spec]);
  assert.equal(hashOf([issued(mix, 2, 4)]), value);
  withRecords(() => {
    while (baseOf(takeRecords(mix.iodepth)) >= 0);
    assert.equal(hashOf([issued(mix, 2, 4)]), value);
  });
});

test('so it is where I/Os arrive at a rate', () => {
  const shape = { iodepth: 6, readPercent: 40 };
  const { value } = operationsHash([playedSpec(shape).spec]);
  assert.equal(hashOf([issued(shape, 2, 3, 1e8)]), value);
});

test('every worker of a job has its part, in order', () => {
  const workers = [playedSpec({ seed: 5 }).spec, playedSpec({ seed: 6 }).spec];
  const { value } = operationsHash(workers);
  assert.equal(hashOf(workers.map(({ seed }) => issued({ seed, iodepth: 9 }, 1, seed))), value);
  assert.notEqual(operationsHash([...workers].reverse()).value, value);
  assert.notEqual(operationsHash(workers.slice(0, 1)).value, value);
});

test('a job of fewer I/Os is hashed as far as it goes', async () => {
  await withSimJob('', { numberIos: 10, numjobs: 2 }, ({ prepared }) => {
    assert.equal(prepared.operationsHash?.iosPerWorker, 10);
  });
});

test('one I/O that is another, elsewhere or longer makes another hash', () => {
  const one = { random: false, numberIos: 1 } as const;
  const region = { startLba: 8, blockLbas: 8, blocks: 4 };
  const hashes = [
    { ...one, region },
    { ...one, region, readPercent: 0 },
    { ...one, region: { ...region, startLba: 9 } },
    { ...one, region: { ...region, blockLbas: 16 } },
    { ...one, region: { ...region, startLba: 2 ** 32 + 8 } },
  ].map((change) => operationsHash([playedSpec(change).spec]).value);
  assert.equal(new Set(hashes).size, hashes.length);
});

test('the same bytes of a drive with other blocks make the same hash', () => {
  const small = playedSpec({ region: { startLba: 64, blockLbas: 8, blocks: 700 } }).spec;
  const large = { ...small, lbaBytes: 4096, region: { startLba: 8, blockLbas: 1, blocks: 700 } };
  assert.equal(operationsHash([large]).value, operationsHash([small]).value);
});
