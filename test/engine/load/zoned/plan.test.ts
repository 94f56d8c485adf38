import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSpec } from '../../../../engine/load/job.js';
import { iosOf, requireZones } from '../../../../engine/load/zoned/plan.js';
import type { JobDrive } from '../../../../engine/path/path.js';
import { JOB } from '../specs.js';

const NAMESPACE = { nsid: 1, sizeBytes: 2 ** 30, lbaBytes: 4096, metadataBytes: 0, protectionType: 0 };
const ZONES = { zoneLbas: 256, capacityLbas: 192, mostOpen: 8, mostAppendBytes: 4096 };
const APPENDS = [{ operation: 'zone-append', percent: 100 }] as const;
/** 512 I/Os of two blocks, over four zones. */
const REGION = { startLba: 512, blockLbas: 2, blocks: 512 };
const DRIVE = { target: 'fake:0', zones: {} } as unknown as JobDrive;

interface Change {
  readonly job?: Partial<JobSpec>;
  readonly region?: Partial<typeof REGION>;
  readonly incrementLbas?: number;
  readonly drive?: JobDrive;
  readonly zones?: typeof ZONES | undefined;
}

/** The code of what is refused; undefined where nothing is. */
function codeOf({ job, region, incrementLbas = 0, drive = DRIVE, ...rest }: Change): string | undefined {
  const { zones } = { zones: ZONES, ...rest };
  const spec: JobSpec = { ...JOB, readPercent: 0, numjobs: 1, zoneMode: 'zbd', ...job };
  const namespace = { ...NAMESPACE, ...(zones === undefined ? {} : { zones }) };
  try {
    requireZones(drive, namespace, spec, { ...REGION, ...region }, incrementLbas);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
}

test('whole zones are written by as many workers as have zones of their own', () => {
  const all = [
    {},
    { job: { random: true, iodepth: 32, maxOpenZones: 8 } },
    { job: { numjobs: 4, maxOpenZones: 4 }, incrementLbas: 1024 },
    { job: { numjobs: 4, readPercent: 100 } },
    { job: { readPercent: 100 }, region: { blockLbas: 128, blocks: 8 } },
  ];
  for (const change of all) assert.equal(codeOf(change), undefined, JSON.stringify(change));
});

const BLOCK_DEVICE = { target: 'fake:0' } as unknown as JobDrive;
for (const [what, change, code] of [
  ['a namespace without zones', { zones: undefined }, 'NOT_ZONED'],
  ['a path without zone management', { drive: BLOCK_DEVICE }, 'NO_ZONE_COMMANDS'],
  ['a region that begins within a zone', { region: { startLba: 520 } }, 'NOT_OF_ZONES'],
  ['a region that ends within a zone', { region: { blocks: 500 } }, 'NOT_OF_ZONES'],
  ['I/Os that do not fill a zone', { region: { blockLbas: 128, blocks: 8 } }, 'NOT_OF_ZONES'],
  ['appends beyond ZASL', { job: { mix: APPENDS, bsBytes: 8192 } }, 'BEYOND_ZASL'],
  ['workers with one region', { job: { numjobs: 2 } }, 'NOT_OF_ZONES'],
  ['more zones than the drive has open', { job: { maxOpenZones: 9 } }, 'TOO_MANY_OPEN_ZONES'],
  [
    'more zones of all workers than that',
    { job: { numjobs: 3, jobMaxOpenZones: 3 }, incrementLbas: 1024 },
    'TOO_MANY_OPEN_ZONES',
  ],
  [
    'fewer zones than workers',
    { job: { numjobs: 4, maxOpenZones: 3 }, incrementLbas: 1024 },
    'TOO_FEW_OPEN_ZONES',
  ],
] as const)
  test(`${what}: ${code}`, () => assert.equal(codeOf(change), code));

test('a pass is as long as the zones can be written, whatever Identify Namespace says', () => {
  const pass = { numberIos: 2048, countedCapacityLbas: 256 };
  assert.equal(iosOf(pass, { capacityLbas: 192 }), 1536);
  assert.equal(iosOf(pass, { capacityLbas: 256 }), 2048);
  assert.equal(iosOf({ numberIos: 2048 }, { capacityLbas: 192 }), 2048);
  assert.equal(iosOf({ ...pass, numberIos: Number.POSITIVE_INFINITY }, { capacityLbas: 192 }), Infinity);
});
