/** The whole suite on software controllers of several shapes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { attachTransport } from '../../engine/index.js';
import { started } from './subject.js';
import { conformance } from './suite.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-blocks-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
/** Each controller has a new one. */
const newFile = (): string => join(folder, String(++files));

const subjects: Readonly<Record<string, string>> = {
  'the software controller': 'sim:?latency=none&write_latency=none',
  'the software controller with 4096-byte blocks in a file, queues of 64 entries and MDTS 64 KiB':
    'sim:?lba=4096&entries=64&mdts=64KiB&latency=none&write_latency=none&file=NEW',
  'the software controller with protection information of type 1':
    'sim:?metadata=8&pi=1&latency=none&write_latency=none',
  'the software controller of flash behind a 32-bit IOMMU':
    'sim:?iova_bits=32&flash=storage-class&size=256MiB',
};

const slow = { latencyNs: 2e6, open: () => started(attachTransport('sim:?latency=2ms', {})) };

for (const [name, target] of Object.entries(subjects)) {
  const open = () => started(attachTransport(target.replace('NEW', newFile()), {}));
  conformance({ name, open, writable: true, slow });
}
