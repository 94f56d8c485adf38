import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespaceDoubts } from '../../../../bench/run/doubts/namespace.js';
import type { OpenDevice } from '../../../../bench/run/plan/plan.js';
import type { EngineWarning, NamespaceIdentity } from '../../../../engine/index.js';
import { deviceOf, planned } from '../../planned.js';

/** Full, of the one format, without wishes; 1 TiB in blocks of 512 bytes. */
const CONTENT: NamespaceIdentity = {
  sizeLbas: 2n ** 31n,
  capacityLbas: 2n ** 31n,
  utilizationLbas: 2n ** 31n,
  lbaFormats: [{ dataBytes: 512, metadataBytes: 0, relativePerformance: 2 }],
  formatIndex: 0,
  metadataInline: false,
  protectionType: 0,
  protectionFirst: false,
  protection: { types: [], first: false, last: false, inline: false, separate: false },
  thinProvisioned: false,
  deallocatedErrors: false,
  optimalBoundaryLbas: 0,
  preferredWriteLbas: 1,
  preferredWriteAlignmentLbas: 1,
  nguid: '',
  eui64: '',
};

function drive(change: Partial<NamespaceIdentity>, software = false): OpenDevice {
  const device = deviceOf({ sizeLbas: 2 ** 31, software });
  return { ...device, namespace: { ...device.namespace, identity: { ...CONTENT, ...change } } };
}

const HEAD = 'device: sim\nallow_writes: true';

/** The doubts of the last job. */
function doubts(change: Partial<NamespaceIdentity>, ...jobs: string[]): EngineWarning[] {
  const text = jobs.map((job, i) => `  - { name: j${i}, runtime: 1s, ${job} }`).join('\n');
  return namespaceDoubts(planned(text, HEAD, [drive(change)]).at(-1) ?? assert.fail());
}

const codes = (...args: Parameters<typeof doubts>): string[] => doubts(...args).map(({ code }) => code);

const READS = 'rw: randread, bs: 4k';
const WRITES = 'rw: randwrite, bs: 4k';

test('there is none where the whole of a full namespace is used as it wishes', () => {
  assert.deepEqual(codes({}, READS), []);
  assert.deepEqual(codes({}, WRITES), []);
});

test('stripes of a family that is known for them are as large as its largest transfer, unless the drive says otherwise', () => {
  const striped = (job: string, change: Partial<NamespaceIdentity> = {}): EngineWarning[] => {
    const device = drive(change);
    // of 1 MiB
    const known = { ...device, drive: { ...device.drive, quirks: ['stripe'] } };
    return namespaceDoubts(planned(`  - { name: j, runtime: 1s, ${job} }`, HEAD, [known])[0]);
  };
  assert.deepEqual(striped(READS), []);
  const [across] = striped('rw: randread, bs: 96k');
  assert.match(across.message, /multiples of 2048 blocks, the stripes of this family/);
  assert.match(
    striped('rw: randread, bs: 96k', { optimalBoundaryLbas: 256 })[0].message,
    /256 blocks.*NOIOB/,
  );
});

test('writes to a namespace that is thin-provisioned are doubted, reads are not', () => {
  assert.deepEqual(codes({ thinProvisioned: true }, WRITES), ['thin-provisioned']);
  assert.deepEqual(codes({ thinProvisioned: true }, READS), []);
});

test('software has none of its own', () => {
  const [job] = planned(`  - { name: a, runtime: 1s, ${READS} }`, HEAD, [
    drive({ utilizationLbas: 0n, optimalBoundaryLbas: 7 }, true),
  ]);
  assert.deepEqual(namespaceDoubts(job), []);
});

test('reads of a software drive of flash that holds less are doubtful: it answers them without the flash', () => {
  const device = drive({ utilizationLbas: 2n ** 30n, optimalBoundaryLbas: 7 }, true);
  const flash = { ...device, drive: { ...device.drive, flash: async () => undefined } };
  const [job] = planned(`  - { name: a, runtime: 1s, ${READS} }`, HEAD, [flash]);
  assert.deepEqual(
    namespaceDoubts(job).map(({ code }) => code),
    ['reads-of-unwritten'],
  );
});

test('reads of a file that the run itself has trimmed are doubtful, until a job of it has written', () => {
  const device = drive({}, true);
  const kernelPath = { way: 'file', ringFlags: [], registered: [], layers: [], disks: [], uses: [] } as const;
  const { identity: _, ...namespace } = device.namespace;
  const file = { ...device, namespace, drive: { ...device.drive, kernelPath } };
  const ofLast = (...jobs: string[]): string[] => {
    const text = jobs.map((job, i) => `  - { name: j${i}, runtime: 1s, ${job} }`).join('\n');
    return namespaceDoubts(planned(text, HEAD, [file]).at(-1) ?? assert.fail()).map(({ code }) => code);
  };
  const trims = 'rw: randtrim, bs: 4k';
  assert.deepEqual(ofLast(trims, READS), ['reads-of-unwritten']);
  assert.deepEqual(ofLast(READS), []);
  assert.deepEqual(ofLast(trims, WRITES, READS), []);
});

test('reads of a namespace that holds less than 95 % are doubtful, until a job of the run has written', () => {
  const partly = { utilizationLbas: 2n ** 30n };
  assert.match(doubts(partly, READS)[0].message, /50 % of the namespace held data/);
  assert.deepEqual(codes(partly, READS), ['reads-of-unwritten']);
  assert.deepEqual(codes(partly, WRITES), []);
  assert.deepEqual(codes(partly, WRITES, READS), []);
  assert.deepEqual(codes(partly, READS, READS), ['reads-of-unwritten']);
  assert.deepEqual(codes({ utilizationLbas: (2n ** 31n * 96n) / 100n }, READS), []);
});

test('blocks that were looked at go before what the drive says of all: it may call all of them used', () => {
  const [job] = planned(`  - { name: j, runtime: 1s, ${READS} }`, HEAD, [drive({})]);
  const [found] = namespaceDoubts({ ...job, sampled: { sampled: 64, deallocated: 40 } });
  assert.equal(found.code, 'reads-of-unwritten');
  assert.match(found.message, /40 of 64 blocks that were looked at held no data/);
  assert.deepEqual(namespaceDoubts({ ...job, sampled: { sampled: 64, deallocated: 3 } }), []);
  assert.deepEqual(namespaceDoubts({ ...job, sampled: { sampled: 0, deallocated: 0 } }), []);
  const [partly] = planned(`  - { name: j, runtime: 1s, ${READS} }`, HEAD, [drive({ utilizationLbas: 9n })]);
  assert.deepEqual(namespaceDoubts({ ...partly, sampled: { sampled: 64, deallocated: 0 } }), []);
});

test('reads behind a purge are doubtful, whatever the namespace held before, until a job of the run has written', () => {
  const purged = `${READS}, purge: deallocate`;
  assert.match(doubts({}, purged)[0].message, /was purged, trimmed or filled with zeroes before/);
  assert.deepEqual(codes({}, purged), ['reads-of-unwritten']);
  assert.deepEqual(codes({}, purged, READS), ['reads-of-unwritten']);
  assert.deepEqual(codes({}, WRITES, purged), ['reads-of-unwritten']);
  assert.deepEqual(codes({}, `${WRITES}, purge: format`, READS), []);
});

test('a region below 1 GiB and a tenth of the namespace is small, all workers together', () => {
  assert.deepEqual(codes({}, `${READS}, size: 1023M`), ['small-region']);
  assert.deepEqual(codes({}, `${READS}, size: 1G`), []);
  assert.deepEqual(codes({}, `${READS}, size: 512M, numjobs: 2`), ['small-region']);
  assert.deepEqual(codes({}, `${READS}, size: 512M, numjobs: 2, offset_increment: 512M`), []);
});

test('I/Os that cross the boundaries of the namespace are told', () => {
  const boundary = { optimalBoundaryLbas: 256 };
  assert.deepEqual(codes(boundary, READS), []);
  assert.deepEqual(codes(boundary, 'rw: randread, bs: 128k'), []);
  assert.deepEqual(codes(boundary, 'rw: randread, bs: 256k'), ['across-boundaries']);
  assert.deepEqual(codes(boundary, 'rw: randread, bs: 12k'), ['across-boundaries']);
  assert.deepEqual(codes(boundary, `${READS}, offset: 2048`), ['across-boundaries']);
  const parts = (increment: string): string =>
    `${READS}, size: 1G, numjobs: 2, offset_increment: ${increment}`;
  assert.deepEqual(codes(boundary, parts('2048')), ['across-boundaries']);
  assert.deepEqual(codes(boundary, parts('1G')), []);
  assert.deepEqual(codes(boundary, "rw: 'read:2048', bs: 4k"), ['across-boundaries']);
  assert.deepEqual(codes(boundary, "rw: 'read:8k', bs: 4k"), []);
});

test('writes of another size or alignment than is preferred are told, reads are not', () => {
  const preferred = { preferredWriteLbas: 16, preferredWriteAlignmentLbas: 8 };
  assert.deepEqual(codes(preferred, WRITES), ['writes-not-preferred']);
  assert.deepEqual(codes(preferred, READS), []);
  assert.deepEqual(codes(preferred, 'rw: randrw, bs: 8k'), []);
  assert.deepEqual(codes(preferred, 'rw: randwrite, bs: 8k, offset: 512'), ['writes-not-preferred']);
  const parts = 'rw: randwrite, bs: 8k, size: 1G, numjobs: 2, offset_increment: 1048064';
  assert.deepEqual(codes(preferred, parts), ['writes-not-preferred']);
  assert.deepEqual(codes(preferred, "rw: 'write:512', bs: 8k"), ['writes-not-preferred']);
});

test('a format that the drive calls slower than another without metadata is told', () => {
  const inUse = { dataBytes: 512, metadataBytes: 0, relativePerformance: 2 };
  const faster = { dataBytes: 4096, metadataBytes: 0, relativePerformance: 0 };
  assert.deepEqual(codes({ lbaFormats: [inUse, faster] }, READS), ['format-not-fastest']);
  assert.deepEqual(codes({ lbaFormats: [inUse, { ...faster, metadataBytes: 8 }] }, READS), []);
  assert.deepEqual(codes({ lbaFormats: [inUse, { ...faster, dataBytes: 0 }] }, READS), []);
  assert.deepEqual(codes({ lbaFormats: [faster, inUse] }, READS), []);
});

test('reads behind trims or zeroes are doubtful too, also where the namespace cannot be asked', () => {
  const trims = 'rw: trim, bs: 4k';
  assert.deepEqual(codes({}, trims, READS), ['reads-of-unwritten']);
  assert.deepEqual(codes({}, `${WRITES}, write_mode: zeroes`, READS), ['reads-of-unwritten']);
  assert.deepEqual(codes({}, WRITES, `${WRITES}, write_mode: verify`, READS), []);
  assert.deepEqual(codes({}, trims, WRITES, READS), []);
  const text = `  - { name: t, runtime: 1s, ${trims} }\n  - { name: r, runtime: 1s, ${READS} }`;
  const last =
    planned(text, HEAD, [deviceOf({ sizeLbas: 2 ** 31, software: false })]).at(-1) ?? assert.fail();
  assert.deepEqual(
    namespaceDoubts(last).map(({ code }) => code),
    ['reads-of-unwritten'],
  );
});
