/** The whole suite on software controllers of several shapes. */
import { attachTransport } from '../../engine/index.js';
import { started } from './subject.js';
import { conformance } from './suite.js';

const subjects: Readonly<Record<string, string>> = {
  'the software controller': 'sim:?latency=none&write_latency=none',
  'the software controller with 4096-byte blocks, queues of 64 entries and MDTS 64 KiB':
    'sim:?lba=4096&entries=64&mdts=64KiB&latency=none&write_latency=none',
  'the software controller with protection information of type 1':
    'sim:?metadata=8&pi=1&latency=none&write_latency=none',
  'the software controller of flash behind a 32-bit IOMMU':
    'sim:?iova_bits=32&flash=storage-class&size=256MiB',
};

const slow = { latencyNs: 2e6, open: () => started(attachTransport('sim:?latency=2ms', {})) };

for (const [name, target] of Object.entries(subjects)) {
  conformance({ name, open: () => started(attachTransport(target, {})), writable: true, slow });
}
