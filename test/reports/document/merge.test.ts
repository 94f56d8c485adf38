import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeCounts } from '../../../engine/stats/hdr-decode.js';
import { buildErrors, buildSmart } from '../../../reports/document/build.js';
import { deviceOf, hostOf } from '../../../reports/document/rows.js';
import {
  type BenchResult,
  buildOperation,
  formatJson,
  formatText,
  type JobRecord,
  mergeResults,
  parseResultText,
} from '../../../reports/index.js';
import { countsOf, drive, lbaOutOfRange, readJob, sampleResult, smart } from '../sample.js';

const apart = { toolVersion: '9.9.9', sum: false };
const summed = { toolVersion: '9.9.9', sum: true };

/** One job with `count` reads of `latencyNs` over 2 s. */
function resultOf(
  hostname: string,
  latencyNs: number,
  count: number,
  change: Partial<JobRecord> = {},
): BenchResult {
  const result = sampleResult();
  const directions = { read: buildOperation(countsOf([latencyNs, count]), 4096, 2e9, 0) };
  return {
    ...result,
    host: { ...result.host, hostname },
    jobs: [{ ...readJob(), directions, ...change }],
  };
}

function countsOfFirst({ jobs }: BenchResult): Float64Array {
  return decodeCounts(jobs[0].directions.read?.histogram?.data ?? assert.fail());
}

describe('mergeResults', () => {
  test('a sum has no slowest I/Os: the time of each is of its own run; apart each job keeps its own', () => {
    const slowest = [
      {
        atNs: 1,
        latencyNs: 2,
        operation: 'read' as const,
        lba: 3,
        bytes: 4096,
        worker: 0,
        queue: 0,
        depth: 1,
      },
    ];
    const results = ['a', 'b'].map((host) => resultOf(host, 1000, 5, { slowest }));
    assert.deepEqual(
      mergeResults(results, summed).jobs.map((job) => job.slowest),
      [undefined],
    );
    assert.deepEqual(
      mergeResults(results, apart).jobs.map((job) => job.slowest),
      [slowest, slowest],
    );
  });

  test('keeps every job, with its host and device', () => {
    const merged = mergeResults([resultOf('a', 1000, 10), resultOf('b', 2000, 20)], apart);
    assert.equal(merged.tool.version, '9.9.9');
    assert.deepEqual(
      merged.jobs.map((job) => [hostOf(merged, job)?.hostname, job.directions.read?.ios, job.name]),
      [
        ['a', 10, 'randread-qd32'],
        ['b', 20, 'randread-qd32'],
      ],
    );
    assert.deepEqual(
      merged.devices.map(({ target, hostIndex }) => [target, hostIndex]),
      [
        [drive.target, 0],
        [drive.target, 1],
      ],
    );
  });

  test('is a document that opens again', () => {
    const merged = mergeResults([resultOf('a', 1000, 10), resultOf('b', 2000, 20)], apart);
    assert.deepEqual(parseResultText(formatJson(merged)), merged);
  });

  test('names a host and a device once that several results have', () => {
    const before = { ...resultOf('a', 1000, 9), devices: [{ ...drive, smartBefore: buildSmart(smart) }] };
    const after = { ...resultOf('a', 1000, 10), devices: [{ ...drive, smartAfter: buildSmart(smart) }] };
    const merged = mergeResults([before, after], apart);
    assert.equal(merged.hosts?.length, 1);
    assert.equal(merged.devices.length, 1);
    assert.ok(merged.devices[0].smartBefore && merged.devices[0].smartAfter);
  });

  test('warns of a device that was exchanged between the runs', () => {
    const other = { ...resultOf('a', 1000, 10), devices: [{ ...drive, firmwareRevision: 'NEWER' }] };
    const merged = mergeResults([resultOf('a', 1000, 9), other], apart);
    assert.deepEqual(
      merged.warnings.map(({ code }) => code),
      ['merged-devices-differ'],
    );
  });

  test('takes a device for one as long as it was set alike, whatever it said before and after', () => {
    const setTo = (during: string, after?: string) => ({
      ...{ name: 'power_state', before: '0', during },
      ...(after === undefined ? {} : { after }),
    });
    const runOf = (ios: number, setting: ReturnType<typeof setTo>): BenchResult => ({
      ...resultOf('a', 1000, ios),
      devices: [{ ...drive, settings: [setting] }],
    });
    const codesOf = (next: ReturnType<typeof setTo>): string[] =>
      mergeResults([runOf(9, setTo('3', '0')), runOf(10, next)], apart).warnings.map(({ code }) => code);
    assert.deepEqual(codesOf(setTo('3')), []);
    assert.deepEqual(codesOf(setTo('4', '0')), ['merged-devices-differ']);
  });

  test('keeps what a device told of in each run, and takes it for one', () => {
    const times = ['2025-03-01T10:00:02.000Z', '2025-03-01T11:00:02.000Z'];
    const results = times.map((at, i): BenchResult => {
      const event = { at, type: 1, info: 1, logPage: 2, name: 'Temperature Threshold' };
      return { ...resultOf('a', 1000, 9 + i), devices: [{ ...drive, events: [event] }] };
    });
    const { devices, warnings } = mergeResults(results, apart);
    assert.deepEqual(
      devices.map(({ events }) => events?.map(({ at }) => at)),
      [times],
    );
    assert.deepEqual(warnings, []);
  });

  test('is complete only where all are, and spans them all', () => {
    const late = {
      ...resultOf('b', 1000, 10),
      complete: false,
      interrupted: { reason: 'SIGINT' },
      startedAt: '2025-03-01T09:00:00.000+00:00',
      endedAt: '2025-03-02T10:00:00.000Z',
    };
    const merged = mergeResults([resultOf('a', 1000, 10), late], apart);
    assert.deepEqual(
      [merged.complete, merged.interrupted?.reason, merged.startedAt, merged.endedAt],
      [false, 'SIGINT', late.startedAt, late.endedAt],
    );
  });

  test('refuses a result that is given twice, also within a merged one', () => {
    const [a, b] = [resultOf('a', 1000, 10), resultOf('b', 2000, 20)];
    assert.throws(() => mergeResults([a, structuredClone(a)], apart), { code: 'MERGED_TWICE' });
    assert.throws(() => mergeResults([mergeResults([a, b], apart), b], summed), { code: 'MERGED_TWICE' });
  });

  test('refuses an import that is given twice, whenever it was made', () => {
    const imported = { tool: 'spdk_nvme_perf', version: '24.05' };
    const one = { ...resultOf('a', 1000, 10), imported };
    const again: BenchResult = {
      ...one,
      jobs: one.jobs.map((job) => ({ ...job, startedAt: '2026-03-01T00:00:00.000Z' })),
    };
    assert.throws(() => mergeResults([one, again], summed), { code: 'MERGED_TWICE' });
    const { imported: _none, ...own } = again;
    assert.equal(mergeResults([resultOf('a', 1000, 10), own], apart).jobs.length, 2 * one.jobs.length);
  });

  test('keeps the mark of imports, beside what nvbench measured and of several versions', () => {
    const fio = (hostname: string, version: string): BenchResult => ({
      ...resultOf(hostname, 1000, 10),
      imported: { tool: 'fio', version },
    });
    const measured = resultOf('c', 1000, 10);
    const marks = [
      [fio('a', '3.33'), fio('b', '3.36')],
      [fio('a', '3.33'), measured],
      [measured, resultOf('d', 1, 1)],
    ];
    assert.deepEqual(
      marks.map((results) => mergeResults(results, apart).imported),
      [
        { tool: 'fio', version: '3.33, 3.36' },
        { tool: `fio 3.33 and nvbench ${measured.tool.version}`, version: '' },
        undefined,
      ],
    );
  });

  test('merges merged documents', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => resultOf(name, 1000, 10));
    const left = mergeResults([mergeResults([a, b], apart), c], apart);
    const right = mergeResults([a, mergeResults([b, c], apart)], apart);
    assert.deepEqual(left, right);
    assert.deepEqual(
      left.jobs.map((job) => hostOf(left, job)?.hostname),
      ['a', 'b', 'c'],
    );
  });

  test('says on the terminal which host a job ran on', () => {
    const merged = mergeResults([resultOf('a', 1000, 10), resultOf('b', 2000, 20)], apart);
    const text = formatText(merged, { color: false, width: 200 });
    assert.match(text, /randread-qd32: on pci:0000:01:00\.0 of a,/);
    assert.match(text, /randread-qd32: on pci:0000:01:00\.0 of b,/);
  });
});

describe('formatText of a merged document', () => {
  test('leaves out the name of a host that is not known', () => {
    const merged = mergeResults([resultOf('a', 1000, 10), resultOf('', 2000, 20)], apart);
    const text = formatText(merged, { color: false, width: 200 });
    assert.match(text, /randread-qd32: on pci:0000:01:00\.0, randread/);
    assert.doesNotMatch(text, /host +:| of ,/);
  });
});

describe('mergeResults with sum', () => {
  test('adds the counts and rates of hosts, which ran side by side', () => {
    const merged = mergeResults([resultOf('a', 1000, 10), resultOf('b', 2000, 20)], summed);
    assert.equal(merged.jobs.length, 1);
    assert.deepEqual(countsOfFirst(merged), countsOf([1000, 10], [2000, 20]));
    const [job] = merged.jobs;
    assert.deepEqual([job.directions.read?.iops, job.elapsedNs, job.sumOf], [15, 2e9, 2]);
    assert.equal(hostOf(merged, job), undefined);
    assert.equal(deviceOf(merged, job)?.serialNumber, drive.serialNumber);
  });

  test('says where hosts that it adds up as side by side ran months apart, or one after the other', () => {
    const warningOf = (startedAt: string): string | undefined =>
      mergeResults([resultOf('a', 1000, 10), resultOf('b', 2000, 20, { startedAt })], summed).warnings.find(
        ({ code }) => code === 'merged-times-apart',
      )?.message;
    const { startedAt } = readJob();
    const later = (seconds: number): string => new Date(Date.parse(startedAt) + seconds * 1000).toISOString();
    assert.equal(warningOf(startedAt), undefined);
    assert.equal(warningOf(later(0.5)), undefined);
    assert.match(warningOf(later(1.8)) ?? '', /^randread-qd32 is added up .* with .* in common$/);
    assert.match(warningOf(later(60 * 86_400)) ?? '', /side by side, but they ran it .* apart$/);
    const separate = mergeResults(
      [resultOf('a', 1, 1), resultOf('b', 1, 1, { startedAt: later(9e6) })],
      apart,
    );
    assert.deepEqual(separate.warnings, []);
  });

  test('adds the counts and measured times of runs on one host, which ran in turn', () => {
    const merged = mergeResults([resultOf('a', 1000, 10), resultOf('a', 2000, 20)], summed);
    assert.deepEqual(countsOfFirst(merged), countsOf([1000, 10], [2000, 20]));
    const [job] = merged.jobs;
    assert.deepEqual([job.directions.read?.iops, job.elapsedNs, job.sumOf], [7.5, 4e9, 2]);
    assert.equal(hostOf(merged, job)?.hostname, 'a');
  });

  test('takes a host of the same name as the same, whatever Node.js it ran, and says what differs', () => {
    const later = resultOf('a', 2000, 20);
    later.host.node = 'v99.0.0';
    const merged = mergeResults([resultOf('a', 1000, 10), later], summed);
    assert.deepEqual([merged.hosts?.length, merged.jobs[0].elapsedNs], [1, 4e9]);
    assert.deepEqual(
      merged.warnings.map(({ code }) => code),
      ['merged-hosts-differ'],
    );
  });

  test('adds errors and keeps the worst end', () => {
    const errors = buildErrors([lbaOutOfRange], 1, 0);
    const failed = resultOf('b', 2000, 20, { errors, stopReason: 'timeout' });
    const [job] = mergeResults([resultOf('a', 1000, 10, { errors }), failed], summed).jobs;
    assert.deepEqual([job.errors.total, job.errors.timeouts, job.stopReason], [6, 2, 'timeout']);
  });

  test('leaves jobs apart that differ in name, target, settings or repeat', () => {
    const base = resultOf('a', 1000, 10);
    for (const change of [
      { name: 'other' },
      { target: 'sim:' },
      { iodepth: 1 },
      { repeat: { index: 1, count: 2 } },
      { parameters: { bs: 4096 } },
    ])
      assert.equal(mergeResults([base, resultOf('a', 1000, 10, change)], summed).jobs.length, 2);
  });

  test('has no intervals: those of different runs are of different times', () => {
    const interval = { startNs: 0, endNs: 2e9 };
    const each = [10, 11].map((ios) => resultOf('a', 1000, ios, { intervalNs: 1e9, intervals: [interval] }));
    const [job] = mergeResults(each, summed).jobs;
    assert.deepEqual([job.intervals, job.intervalNs], [undefined, undefined]);
  });

  test('refuses to add up what has no histogram', () => {
    const { histogram: _, ...read } = buildOperation(countsOf([1000, 10]), 4096, 2e9, 0);
    const imported = [1, 2].map((seed) => resultOf('a', 1000, 10, { directions: { read }, seed }));
    assert.throws(() => mergeResults(imported, summed), { code: 'NO_HISTOGRAM' });
    assert.equal(mergeResults(imported, apart).jobs.length, 2);
  });
});
