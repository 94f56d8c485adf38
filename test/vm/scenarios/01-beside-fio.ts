import assert from 'node:assert/strict';
import type { BesideFioResult, Compared } from '../guest/beside-fio.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;
const DRIVE_IOPS = 3000;

const textOf = ({ best, turns }: Compared): string =>
  `${best.map(Math.round).join(', ')} (${turns.length} turns)`;

export const scenario: Scenario<BesideFioResult> = {
  name: 'beside fio on drives of 3000 IOPS: vfio-pci, uring block device and passthrough',
  alone: true,
  guestOptions: {
    drives: ['SLOW', 'TWIN'].map((serial) => ({
      serial,
      backend: 'null',
      sizeBytes: GIB,
      throttleIops: DRIVE_IOPS,
    })),
    timeoutMs: 900_000,
  },
  guestMain: 'beside-fio.js',
  check({ bypass, block, commands }, run) {
    for (const [{ best, turns }, most] of [
      [bypass, 0.02],
      [block, 0.01],
      [commands, 0.01],
    ] as const) {
      const [nvbench, fio] = best;
      assert.ok(Math.abs(nvbench / fio - 1) < most, `nvbench and fio: ${JSON.stringify(turns)}`);
    }
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
  summary: ({ bypass, block, commands }) =>
    `nvbench and fio: vfio-pci ${textOf(bypass)}; block device ${textOf(block)}, commands ${textOf(commands)}`,
};
