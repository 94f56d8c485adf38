/**
 * What every transport's controller must do, whatever is behind it. Runs on the software controller in `npm test`
 * and on QEMU's NVMe device through vfio-pci in the guest of `npm run test:vm`.
 */
import { after, before, describe, test } from 'node:test';
import { adminTests } from './admin.js';
import { dataTests } from './data.js';
import { nvmeCliTests } from './nvme-cli.js';
import { type ConformanceSubject, Opened } from './subject.js';
import { workerTests } from './workers.js';

export function conformance(subject: ConformanceSubject): void {
  describe(`conformance of ${subject.name}`, { concurrency: false }, () => {
    const on = new Opened(subject);
    before(() => on.open());
    after(() => on.close());

    adminTests(on);
    nvmeCliTests(on);
    dataTests(on);
    workerTests(on);

    test('after a shutdown the same device can be attached again', async () => {
      await on.close();
      await on.open();
      const buffer = on.controller.arena.allocate(on.namespace.lbaBytes, 4096);
      await on.channel.read(0, 1, buffer);
      on.controller.arena.free(buffer);
    });
  });
}
