import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSpec } from '../../../engine/load/job.js';
import { requireZoneOrder } from '../../../engine/load/zone-order.js';
import type { ZoneExtent } from '../../../engine/path/path.js';
import { JOB } from './specs.js';

const NAMESPACE = { nsid: 1, sizeBytes: 2 ** 30, lbaBytes: 4096, metadataBytes: 0, protectionType: 0 };
const ZONES = { zoneLbas: 256, capacityLbas: 256 };
/** 512 I/Os of two blocks, over four zones. */
const REGION = { startLba: 512, blockLbas: 2, blocks: 512 };
const WRITES: JobSpec = {
  ...JOB,
  readPercent: 0,
  random: false,
  iodepth: 1,
  numjobs: 1,
  queuePairs: 1,
  rampTimeMs: 0,
  numberIos: 512,
};

interface Change {
  readonly job?: Partial<JobSpec>;
  readonly region?: Partial<typeof REGION>;
  readonly incrementLbas?: number;
  readonly zones?: ZoneExtent;
}

const check = ({ job, region, incrementLbas = 0, zones = ZONES }: Change): void =>
  requireZoneOrder(
    'fake:0',
    { ...NAMESPACE, zones },
    { ...WRITES, ...job },
    { ...REGION, ...region },
    incrementLbas,
  );

test('writes that go through whole zones once, one at a time, are in order', () => {
  check({});
  check({ job: { numberIos: 100 } });
  check({ job: { numjobs: 4 }, incrementLbas: 1024 });
});

test('reads and verifies go anywhere, and jobs on other namespaces too', () => {
  const anywhere = { random: true, iodepth: 8, numberIos: Number.POSITIVE_INFINITY };
  check({ job: { ...anywhere, readPercent: 100 } });
  check({ job: { ...anywhere, mix: [{ operation: 'verify', percent: 100 }] } });
  requireZoneOrder('fake:0', NAMESPACE, { ...WRITES, ...anywhere }, REGION, 0);
});

for (const [what, change, reason] of [
  ['random writes', { job: { random: true } }, /not one behind the other/],
  ['writes with gaps', { job: { stepBytes: 4096 } }, /not one behind the other/],
  ['some random writes among reads', { job: { random: true, readPercent: 90 } }, /not one behind the other/],
  [
    'zeroes at random',
    { job: { random: true, mix: [{ operation: 'write-zeroes', percent: 100 }] } },
    /not one/,
  ],
  ['several in flight', { job: { iodepth: 2 } }, /2 writes are in flight/],
  ['several queues', { job: { queuePairs: 2 } }, /2 writes are in flight/],
  ['a region from within a zone on', { region: { startLba: 500 } }, /begins within a zone/],
  ['I/Os that lie across zones', { region: { blockLbas: 3 } }, /no multiple of 3 blocks/],
  ['workers in one zone', { job: { numjobs: 2 } }, /several workers/],
  ['workers that begin within a zone', { job: { numjobs: 2 }, incrementLbas: 1025 }, /several workers/],
  ['more than can be written of a zone', { zones: { zoneLbas: 256, capacityLbas: 200 } }, /only 200 blocks/],
  ['a region that begins again', { job: { numberIos: 513 } }, /begin its region again/],
  ['a ramp before', { job: { rampTimeMs: 100 } }, /begin its region again/],
] as const)
  test(`${what} are refused with the rule`, () => {
    assert.throws(() => check(change), { code: 'NOT_IN_ZONE_ORDER', kind: 'input', reason });
    assert.throws(() => check(change), {
      reason: /each zone of 256 blocks is written in order from its first block/,
    });
  });
