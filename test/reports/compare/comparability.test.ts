import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf } from '../../../reports/compare/index.js';
import type { BenchResult, KernelPathRecord } from '../../../reports/index.js';
import { kernelPath, sampleResult } from '../sample.js';
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

test('a host of which an import does not know the number of CPUs has no other number', () => {
  const found = facts((result) => {
    result.host.cpuCount = 0;
  });
  assert.deepEqual(found, [['host.cpuCount', false]]);
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

test('a run in several attempts is a note, and stands in the way if its host changed between them', () => {
  const attempt = { startedAt: '', endedAt: '', reason: 'SIGTERM', jobs: 1, cutShort: [] };
  const attempts = (fact: string) => [{ ...attempt, changes: [{ fact, before: 'a', after: 'b' }] }];
  const differs = (fact: string) =>
    facts((result) => {
      result.attempts = attempts(fact);
    });
  assert.deepEqual(differs('pci:0000:01:00.0 powerCycles'), [['attempts', false]]);
  assert.deepEqual(differs('host.node'), [['attempts', false]]);
  assert.deepEqual(differs('host.kernel'), [['attempts', true]]);
});

test('names the job and the values of a changed configuration', () => {
  const other = structuredClone(sampleResult());
  other.config = { device: 'pci:0000:01:00.0', jobs: [{ name: 'randread-qd32', rw: 'randwrite' }] };
  const [found] = differencesOf(named('a', sampleResult()), named('b', other));
  assert.deepEqual([found.where, found.base, found.next], ['jobs.randread-qd32.rw', 'randread', 'randwrite']);
});

/** Differences between two results, each changed in its own way. */
function between(
  change: (result: BenchResult) => void,
  other: (result: BenchResult) => void,
): [fact: string, blocks: boolean][] {
  const [a, b] = [structuredClone(sampleResult()), structuredClone(sampleResult())];
  change(a);
  other(b);
  return differencesOf(named('a', a), named('b', b)).map(({ fact, blocks }) => [fact, blocks]);
}

const onHost = (hypervisor: string) => (result: BenchResult) => {
  result.host.hypervisor = hypervisor;
};

test('a virtual machine against bare metal stands in the way', () => {
  assert.deepEqual(between(onHost('none'), onHost('KVM')), [['host.hypervisor', true]]);
});

const filled = (share: number) => (result: BenchResult) => {
  result.devices[0].utilizationBytes = Math.round(result.devices[0].capacityBytes * share);
};

test('a device that is fuller by a few blocks is in the same state, wherever that is', () => {
  for (const share of [0.1, 0.249_99, 0.25, 0.5])
    assert.deepEqual(between(filled(share), filled(share + 0.000_01)), []);
});

test('a device that is fuller by a tenth is in another state', () => {
  assert.deepEqual(between(filled(0.25), filled(0.35)), [['device.fillState', true]]);
});

const asked = (bs: number, written: string) => (result: BenchResult) => {
  result.config = { jobs: [{ name: 'a', rw: 'read', bs: written }] };
  result.workload = { jobs: [{ name: 'a', rw: 'read', bs }] };
};

test('another spelling of a configuration asks for the same', () => {
  assert.deepEqual(between(asked(4096, '4k'), asked(4096, '4096')), []);
});

test('what configurations ask for is compared where both results have it, else how they are written', () => {
  assert.deepEqual(between(asked(4096, 'x'), asked(8192, 'x')), [['config', true]]);
  const older = (result: BenchResult): void => {
    asked(4096, '4k')(result);
    delete result.workload;
  };
  assert.deepEqual(between(older, asked(4096, '4k')), []);
  assert.deepEqual(between(older, asked(4096, '4096')), [['config', true]]);
});

test('other I/Os of the same seed are a note, those of another seed, or of another length of the hash, are not', () => {
  const hash = { version: 1, value: 'a', iosPerWorker: 9 };
  const [base, next] = [structuredClone(sampleResult()), structuredClone(sampleResult())];
  const factsOf = (change: object): [string, boolean][] => {
    base.jobs[0] = { ...base.jobs[0], seed: 1, operationsHash: hash };
    next.jobs[0] = { ...base.jobs[0], ...change };
    return differencesOf(named('a', base), named('b', next)).map(({ fact, blocks }) => [fact, blocks]);
  };
  const other = { ...hash, value: 'b' };
  assert.deepEqual(factsOf({}), []);
  assert.deepEqual(factsOf({ operationsHash: other }), [['job.operationsHash', false]]);
  assert.deepEqual(factsOf({ operationsHash: other, seed: 2 }), []);
  assert.deepEqual(factsOf({ operationsHash: { ...other, iosPerWorker: 8 } }), []);
  assert.deepEqual(factsOf({ operationsHash: undefined }), []);
});

const through =
  (change: Partial<KernelPathRecord>, disk: object = {}) =>
  (result: BenchResult) => {
    const disks = kernelPath.disks.map((each) => ({ ...each, ...disk }));
    result.devices[0].kernelPath = { ...kernelPath, disks, ...change };
  };

test('another way through the kernel stands in the way, and another number of requests does not', () => {
  const layers = [{ name: 'dm-0', kind: 'filter', what: 'LVM volume' }] as const;
  for (const [changed, fact, blocks] of [
    [through({ ringFlags: ['SQPOLL'] }), 'ringFlags', true],
    [through({ fileSystem: 'ext4' }), 'fileSystem', false],
    [through({ layers }), 'layers', true],
    [through({}, { scheduler: 'mq-deadline' }), 'scheduler', true],
    [through({}, { ioStats: false }), 'ioStats', true],
    [through({}, { writeCache: undefined }), 'writeCache', false],
    [through({}, { requests: 64 }), 'requests', false],
  ] as const)
    assert.deepEqual(between(through({}), changed), [[`device.${fact}`, blocks]]);
});

test('that one side has no part of the kernel is told by the transport alone', () => {
  const none = (): void => undefined;
  assert.deepEqual(between(none, through({})), []);
});
