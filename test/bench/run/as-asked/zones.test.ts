/** The proof of jobs that go by zones: what is not as asked is found, I/O for I/O. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '../../../../bench/run/as-asked/check.js';
import { zoneChecks } from '../../../../bench/run/as-asked/zones.js';

/** Two zones of 16 blocks may be open, of 32, 8 of whose blocks can be written; the first is full, the second begun. */
const ZONES = {
  zoneLbas: 16,
  capacityLbas: 8,
  writtenLbas: Float64Array.from({ length: 32 }, (_, zone) => [8, 4][zone] ?? 0),
  mostOpen: 2,
};
const [READ, WRITE, RESET] = [0, 1, 7];

type Io = readonly [operation: number, slba: number];

/** What is wrong with I/Os of 4 blocks; `good` where nothing is. */
function faultOf(ios: readonly Io[], keys: object = { random: true }): string {
  const issued = {
    operations: Uint8Array.from(ios, ([operation]) => operation),
    slbas: Float64Array.from(ios, ([, slba]) => 160 + slba),
    lbas: Int32Array.from(ios, ([operation]) => (operation === RESET ? 0 : 4)),
  };
  const evidence = {
    planned: {
      spec: { readPercent: 50, ...keys },
      geometry: { region: { startLba: 160, blockLbas: 4, blocks: 128 }, incrementLbas: 0 },
    },
    workers: [{ index: 0, issued, statuses: [] }],
    zones: [ZONES],
  } as unknown as Evidence;
  const [{ holds, found }] = zoneChecks(evidence);
  return holds ? 'good' : found.replace(/^worker 0: I\/O /, '');
}

test('writes at the pointers, resets of what is full and reads below the pointers are good', () => {
  const ios: Io[] = [
    [WRITE, 20],
    [RESET, 0],
    [WRITE, 0],
    [READ, 0],
    [WRITE, 32],
    [WRITE, 4],
    [WRITE, 36],
    [WRITE, 48],
  ];
  assert.equal(faultOf(ios), 'good');
  assert.equal(
    faultOf(
      [
        [WRITE, 20],
        [WRITE, 32],
        [WRITE, 36],
        [WRITE, 48],
      ],
      { random: false },
    ),
    'good',
  );
  assert.equal(faultOf([[RESET, 16]], { random: true, zoneResetFrequency: 0.5 }), 'good');
});

for (const [ios, fault] of [
  [[[WRITE, 16]], '0, write, is not at the write pointer of its zone'],
  [[[WRITE, 0]], '0, write, is not at the write pointer of its zone'],
  [[[WRITE, 512]], '0, write, is in no zone of its region'],
  [[[READ, 20]], '0, read, reads beyond the write pointer'],
  [
    [
      [RESET, 0],
      [READ, 0],
    ],
    '1, read, reads beyond the write pointer',
  ],
  [[[RESET, 16]], '0, zone-reset, resets a zone that is not full'],
  [[[RESET, 4]], '0, zone-reset, resets a zone from within'],
  [
    [
      [WRITE, 32],
      [WRITE, 48],
    ],
    '1, write, begins one zone more than may be open',
  ],
  [
    [
      [WRITE, 32],
      [RESET, 0],
    ],
    '1, zone-reset, resets a zone for which there is no place',
  ],
] as const)
  test(`what is found: ${fault}`, () => assert.equal(faultOf(ios), fault));

test('a job in sequence goes on in the zone behind once one is full, and a random one does not', () => {
  const inOrder = Array.from({ length: 12 }, (_, i): Io[] => [
    [WRITE, 32 + 16 * i],
    [WRITE, 36 + 16 * i],
  ]).flat();
  assert.equal(faultOf([[WRITE, 20], ...inOrder], { random: false }), 'good');
  assert.equal(
    faultOf(
      [
        [WRITE, 20],
        [WRITE, 48],
      ],
      { random: false },
    ),
    '1, write, is not in the zone behind',
  );
  assert.match(faultOf(inOrder), /not at random/);
});
