import assert from 'node:assert/strict';
import type { DoctorReport } from '../../../reports/index.js';
import type { DoctorResult } from '../guest/doctor.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;

const statuses = (report: DoctorReport): Record<string, string> =>
  Object.fromEntries(
    [...report.host, ...report.devices.flatMap(({ checks }) => checks)].map(({ id, status }) => [id, status]),
  );

const foundBy = (report: DoctorReport, id: string): string | undefined =>
  report.devices[0].checks.find((check) => check.id === id)?.found;

export const scenario: Scenario<DoctorResult> = {
  name: 'doctor: a drive on vfio-pci and one of the kernel',
  brief: true,
  guestOptions: {
    drives: [
      { serial: 'TAKEN', backend: 'null', sizeBytes: GIB },
      { serial: 'KERNEL', backend: 'null', sizeBytes: GIB },
    ],
  },
  guestMain: 'doctor.js',
  check({ taken, ofKernel }, run) {
    const found = statuses(taken);
    for (const id of [
      'iommu-groups',
      'iommu-address-width',
      'unsafe-interrupts',
      'vfio-driver',
      'vfio-nodes',
    ])
      assert.equal(found[id], 'ok', id);
    for (const id of ['hugepages', 'pci-driver', 'iommu-group', 'device-nodes', 'attach', 'nvme-firmware'])
      assert.equal(found[id], 'ok', id);
    // QEMU's controller is at 323 K and names 343 K and 373 K.
    assert.equal(foundBy(taken, 'nvme-temperature'), '50 °C (warns at 70, critical at 100)');
    assert.equal(statuses(ofKernel)['pci-driver'], 'problem');
    assert.equal(statuses(ofKernel).attach, 'skipped');
    assert.deepEqual(ofKernel.missing, ['bound driver']);
    assert.doesNotMatch(run.dmesg, /DMAR: .*fault/i);
  },
  summary: ({ taken }) => `${foundBy(taken, 'attach')}, link ${foundBy(taken, 'pci-link')}`,
};
