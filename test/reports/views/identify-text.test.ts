import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ControllerIdentity, NamespaceIdentity } from '../../../engine/spec/identify.js';
import type { SmartLog } from '../../../engine/spec/smart.js';
import { SOFTWARE_NOTICE } from '../../../reports/document/notices.js';
import { formatIdentify, type IdentifyFacts } from '../../../reports/views/identify-text.js';
import { ESCAPE, fixture, smart } from '../sample.js';

// Typed as the engine's decoders give them: what they decode can be shown as it is.
const controller: ControllerIdentity = {
  pciVendorId: 0x144d,
  serialNumber: 'S0EXAMPLE123',
  modelNumber: 'Example SSD 1TB',
  firmwareRevision: '4B2QJXD7',
  mdts: 5,
  controllerId: 6,
  version: '2.0.0',
  shutdownLatencyUs: 0,
  retryDelaysMs: [0, 0, 0],
  hostMemory: { preferredBytes: 0, leastBytes: 0, leastPieceBytes: 0, mostPieces: 0 },
  powerStates: 1,
  autonomousPowerStates: false,
  optionalEvents: 0,
  extendedLbaFormats: false,
  eventLimit: 1,
  formatAttributes: 0,
  optionalAdminCommands: 2,
  abortLimit: 8,
  totalCapacityBytes: 1_000_204_886_016n,
  numberOfNamespaces: 32,
  optionalNvmCommands: 0x5f,
  volatileWriteCache: true,
  warningTemperatureKelvin: 355,
  criticalTemperatureKelvin: 0,
  subsystemNqn: 'nqn.2014-08.org.example:1',
};

const namespace: NamespaceIdentity = {
  sizeLbas: 244_190_646n,
  capacityLbas: 244_190_646n,
  utilizationLbas: 1_000_000n,
  lbaFormats: [
    { dataBytes: 512, metadataBytes: 0, relativePerformance: 2 },
    { dataBytes: 4096, metadataBytes: 8, relativePerformance: 0 },
    { dataBytes: 0, metadataBytes: 0, relativePerformance: 0 },
  ],
  formatIndex: 1,
  metadataInline: true,
  protectionType: 1,
  protectionFirst: false,
  protection: { types: [], first: false, last: false, inline: false, separate: false },
  thinProvisioned: true,
  deallocatedErrors: true,
  optimalBoundaryLbas: 256,
  preferredWriteLbas: 8,
  preferredWriteAlignmentLbas: 16,
  nguid: '00000000000000000000000000000000',
  eui64: '0025388b71b2a1c3',
};

const health: SmartLog = { ...smart, criticalWarning: 0b10_0101, warningTemperatureMinutes: 1234 };

const facts: IdentifyFacts = {
  target: 'pci:0000:01:00.0',
  transport: 'vfio-group',
  software: false,
  numaNode: 0,
  mdtsBytes: 131_072,
  maxQueueEntries: 1024,
  controller,
  namespaces: [{ nsid: 1, ...namespace }],
  smart: health,
};

describe('formatIdentify', () => {
  test('shows controller, namespaces and health', () => {
    assert.equal(formatIdentify(facts, { color: false, width: 100 }), fixture('identify.txt'));
  });

  test('leaves health out where the controller gave none', () => {
    assert.ok(!formatIdentify({ ...facts, smart: undefined }, { color: false }).includes('Health'));
  });

  test('says of a software controller that it is none', () => {
    const text = formatIdentify({ ...facts, software: true }, { color: false });
    assert.ok(text.startsWith(`${SOFTWARE_NOTICE}\n`));
  });

  test('ends with the warnings and what to do about them', () => {
    const warnings = [{ code: 'unsafe-dma', message: 'no IOMMU', advice: 'keep away' }];
    const text = formatIdentify({ ...facts, warnings }, { color: false });
    assert.match(text, /warning +no IOMMU\n +keep away\n$/);
  });

  test('lets no control character of the device through', () => {
    const evil = 'x\x1b[2J\n';
    const hostile = { ...controller, modelNumber: evil, serialNumber: evil, subsystemNqn: evil };
    const text = formatIdentify({ ...facts, controller: hostile }, { color: false });
    assert.ok(!text.includes(ESCAPE));
    assert.ok(text.includes('model                 x?[2J?\n'));
  });

  test('shows zones by their states, and what memory the controller has', () => {
    const zones = { zoneLbas: 4096, mostOpen: 14 };
    const zoned = {
      ...facts.namespaces[0],
      commandSet: 'zoned',
      zones,
      zoneStates: { empty: 1000, full: 24 },
    };
    const memory = { bar: 2, offsetBytes: 0, lengthBytes: 2 ** 20, submissionQueues: false };
    const shown = { ...facts, namespaces: [zoned], controllerMemory: memory };
    const text = formatIdentify(shown, { color: false });
    assert.match(text, /^ {2}zones +of 4,096 LBAs, 14 open at most\n {2}zone states +1,000 empty, 24 full$/m);
    assert.match(text, /^ {2}controller memory +1 MiB in BAR2, not for submission queues$/m);
  });

  test('shows a namespace without a valid format', () => {
    const text = formatIdentify(
      { ...facts, namespaces: [{ nsid: 1, ...namespace, formatIndex: 9 }] },
      { color: false },
    );
    assert.match(text, /size +0 B/);
  });
});
