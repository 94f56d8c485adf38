/** What is read of controllers and namespaces, on every family that the software controller plays, and on odd registers. */
import { after, before, describe, test } from 'node:test';
import { PERSONALITIES } from '../../engine/device/personalities/index.js';
import { attachTransport } from '../../engine/index.js';
import { adminTests } from './admin.js';
import { dataTests } from './data.js';
import { readingWorkers } from './drive-workers.js';
import { nvmeCliTests } from './nvme-cli.js';
import { Opened, started } from './subject.js';

const FAST = 'size=16MiB&latency=none&write_latency=none';

const targets = new Map([
  ...Object.keys(PERSONALITIES).map((name): [string, string] => [name, `personality=${name}`]),
  ['doorbells 32 KiB apart', 'dstrd=13'],
  ['doorbells 256 bytes apart of which 4 KiB can be reached', 'dstrd=6&doorbell_bytes=4KiB'],
  ['namespace 5 of 7, and no list of them', 'nn=7&nsid=5&refuse_cns=2'],
]);

for (const [name, options] of targets)
  describe(`reading from ${name}`, { concurrency: false }, () => {
    const target = `sim:?${FAST}&${options}`;
    const on = new Opened({
      name,
      open: () => started(attachTransport(target, {})),
      writable: false,
      ...(options.includes('spdk-target') ? { departures: ['no-temperature'] } : {}),
    });
    before(() => on.open());
    after(() => on.close());
    adminTests(on);
    nvmeCliTests(on);
    dataTests(on);
    readingWorkers(on);
    test('after a shutdown the same device can be attached again', async () => {
      await on.close();
      await on.open();
    });
  });
