import assert from 'node:assert/strict';
import { BAD_BYTES, BAD_NAMESPACE } from '../guest/bad-blocks.js';
import type { VfioGroupResult } from '../guest/vfio-group.js';
import type { ExtraNamespace } from '../guest-options.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** What QEMU has of formats: protection of each type, at either end of the metadata, guards of 64 bits, and zones; with a gap. */
const FORMATS: readonly ExtraNamespace[] = [
  { nsid: 2, sizeBytes: 64 * MIB, properties: { ms: 8, pi: 1 } },
  { nsid: 3, sizeBytes: 64 * MIB, properties: { ms: 8, pi: 2, mset: 1 } },
  { nsid: 5, sizeBytes: 64 * MIB, properties: { ms: 16, pi: 3, pil: 1 } },
  { nsid: 6, sizeBytes: 64 * MIB, properties: { ms: 16, pi: 1, pif: 2 } },
  {
    nsid: 7,
    sizeBytes: 64 * MIB,
    properties: { zoned: 'on', 'zoned.zone_size': 4 * MIB, 'zoned.max_open': 4 },
  },
  { nsid: BAD_NAMESPACE, sizeBytes: MIB, properties: {}, bad: BAD_BYTES },
];

export const scenario: Scenario<VfioGroupResult> = {
  name: 'vfio-pci by group: conformance, run, data integrity',
  guestOptions: {
    drives: [
      { serial: 'FAST', backend: 'null', sizeBytes: GIB, deviceProperties: { msix_qsize: 1 } },
      { serial: 'DATA512', backend: 'file', sizeBytes: GIB, deviceProperties: { cmb_size_mb: 1 } },
      { serial: 'DATA4K', backend: 'file', sizeBytes: GIB, lbaBytes: 4096, namespaces: FORMATS },
    ],
    timeoutMs: 600_000,
  },
  guestMain: 'vfio-group.js',
  check(result, run) {
    assert.ok(result.fastIops > 0);
    assert.equal(result.fastWorkers, 2);
    assert.deepEqual(
      result.integrity.map((found) => found?.lbaBytes),
      [512, 4096],
    );
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
  summary: ({ fastIops, garbageCollections }) =>
    `${Math.round(fastIops)} IOPS on vfio-pci (emulated: no figure of a drive), ${garbageCollections} collections`,
};
