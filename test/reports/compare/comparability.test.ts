import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf } from '../../../reports/compare/index.js';
import type { BenchResult } from '../../../reports/index.js';
import { sampleResult } from '../sample.js';
import { named } from './documents.js';

const facts = (change: (result: BenchResult) => void): [fact: string, blocks: boolean][] => {
  const other = structuredClone(sampleResult());
  change(other);
  return differencesOf(named('a', sampleResult()), named('b', other)).map(({ fact, blocks }) => [
    fact,
    blocks,
  ]);
};

test('a result is comparable with itself', () => {
  assert.deepEqual(
    facts(() => undefined),
    [],
  );
});

const blocking: Readonly<Record<string, (result: BenchResult) => void>> = {
  'device.modelNumber': (result) => {
    result.devices[0].modelNumber = 'other';
  },
  'device.serialNumber': (result) => {
    result.devices[0].serialNumber = 'other';
  },
  'device.firmwareRevision': (result) => {
    result.devices[0].firmwareRevision = 'other';
  },
  'device.lbaBytes': (result) => {
    result.devices[0].lbaBytes = 4096;
  },
  'device.transport': (result) => {
    result.devices[0].transport = 'vfio-cdev';
  },
  'device.software': (result) => {
    result.devices[0].software = true;
  },
  'host.governor': (result) => {
    result.host.governor = 'powersave';
  },
  'host.cpuModel': (result) => {
    result.host.cpuModel = 'other';
  },
  'host.kernelCommandLine': (result) => {
    result.host.kernelCommandLine = 'quiet';
  },
  complete: (result) => {
    result.interrupted = { reason: 'SIGINT' };
  },
  config: (result) => {
    result.config = { device: 'sim', jobs: [{ name: 'randread-qd32', rw: 'randread', iodepth: 64 }] };
  },
  'job.bsBytes': (result) => {
    result.jobs[0].bsBytes = 8192;
  },
};

for (const [fact, change] of Object.entries(blocking)) {
  test(`a difference in ${fact} stands in the way`, () => {
    assert.deepEqual(facts(change), [[fact, true]]);
  });
}

test('another machine of the same kind, or another Node.js, is a note', () => {
  assert.deepEqual(
    facts((result) => {
      result.host.hostname = 'bench2';
      result.host.node = 'v22.0.0';
    }),
    [
      ['host.hostname', false],
      ['host.node', false],
    ],
  );
});

test('a fact that one side does not know is a note', () => {
  assert.deepEqual(
    facts((result) => {
      result.host.governor = null;
    }),
    [['host.governor', false]],
  );
});

test('another device address, more repeats and other gates are the same workload', () => {
  assert.deepEqual(
    facts((result) => {
      result.config = {
        device: 'pci:0000:02:00.0',
        gates: ['errors == 0'],
        jobs: [{ name: 'randread-qd32', rw: 'randread', repeat: 9, randseed: 4 }],
      };
    }),
    [],
  );
});

test('names the job and the values of a changed configuration', () => {
  const other = structuredClone(sampleResult());
  other.config = { device: 'pci:0000:01:00.0', jobs: [{ name: 'randread-qd32', rw: 'randwrite' }] };
  const [found] = differencesOf(named('a', sampleResult()), named('b', other));
  assert.deepEqual([found.where, found.base, found.next], ['jobs.randread-qd32.rw', 'randread', 'randwrite']);
});
