import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeCounts } from '../../../engine/stats/hdr-decode.js';
import { compareResults } from '../../../reports/compare/index.js';
import { importSpdkPerf } from '../../../reports/import/spdk-perf.js';
import { formatJson, parseResultText, ReportError } from '../../../reports/index.js';
import { countsOf } from '../sample.js';
import { fixtureText } from '../views/golden.js';

const importedAt = new Date('2025-03-01T12:00:00.000Z');
const options = { toolVersion: '9.9.9', importedAt };
const given = { ...options, rw: 'randread', runtimeMs: 10_000 };

const withHistogram = fixtureText('imports/spdk-perf-LL.txt');
const withPercentiles = fixtureText('imports/spdk-perf-L.txt');
const bare = fixtureText('imports/spdk-perf.txt');

const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

describe('importSpdkPerf', () => {
  test('takes the settings from the command line above the figures', () => {
    const { jobs, imported } = importSpdkPerf(withHistogram, options);
    assert.deepEqual(imported, { tool: 'spdk_nvme_perf', version: '24.05' });
    assert.equal(jobs.length, 1);
    const { name, target, rw, bsBytes, iodepth, numjobs, elapsedNs, startedAt } = jobs[0];
    assert.deepEqual(
      [name, target, rw, bsBytes, iodepth, numjobs, elapsedNs, startedAt],
      ['randread-4KiB-qd32', 'pci:0000:85:00.0', 'randread', 4096, 32, 2, 10e9, '2025-03-01T11:59:50.000Z'],
    );
  });

  test('joins the cores of a device: rates add up, the mean is weighted, the histograms are added', () => {
    const { read } = importSpdkPerf(withHistogram, options).jobs[0].directions;
    assert.ok(read);
    assert.deepEqual(
      [read.iops, read.ios, read.latencyNs.min, read.latencyNs.max],
      [600, 6000, 50_000, 1_000_000],
    );
    assert.equal(read.latencyNs.mean?.toFixed(3), ((80_000 * 400 + 100_000 * 200) / 600).toFixed(3));
    assert.deepEqual(
      decodeCounts(read?.histogram?.data ?? ''),
      countsOf([80_000, 3900], [900_500, 100], [100_000, 2000]),
    );
    assert.deepEqual(codes(importSpdkPerf(withHistogram, options).jobs[0].warnings), [
      'imported-coarse-histogram',
      'imported-without-errors',
    ]);
  });

  test('says that what the drive counted itself (-l) is left out', () => {
    const told = `${bare}\nRead Latency Statistics:\n====\n\nNVMe disk\n----\nBucket 32us - 64us: 5\n\n`;
    assert.ok(codes(importSpdkPerf(told, given).warnings).includes('imported-drive-latency-left-out'));
    assert.deepEqual(importSpdkPerf(told, given).jobs, importSpdkPerf(bare, given).jobs);
    assert.ok(!codes(importSpdkPerf(bare, given).warnings).includes('imported-drive-latency-left-out'));
  });

  test('a time that was asked for is not that of a run that may have ended by its number of I/Os', () => {
    const run = `# spdk_nvme_perf -q 32 -o 4096 -w randread -t 10 -d 1000\n${bare}`;
    assert.throws(() => importSpdkPerf(run, options), /does not say how long it ran/);
    assert.equal(importSpdkPerf(run.replace(' -d 1000', ''), options).jobs[0].elapsedNs, 10e9);
  });

  test('names devices that completed nothing, of which the tool prints no row', () => {
    const lines = `Associating PCIE (0000:99:00.0) NSID 1 with lcore 0\n${bare}`;
    const told = importSpdkPerf(lines, given).warnings.find(({ code }) => code === 'imported-devices-idle');
    assert.match(told?.message ?? '', /: PCIE \(0000:99:00\.0\) NSID 1$/);
    assert.ok(!codes(importSpdkPerf(bare, given).warnings).includes('imported-devices-idle'));
  });

  test('says that percentiles or buckets lack their last lines', () => {
    const cutAt = (text: string, line: string): boolean => {
      const { warnings } = importSpdkPerf(text.slice(0, text.indexOf(line)), given);
      return codes(warnings).includes('imported-distribution-cut');
    };
    assert.equal(cutAt(withPercentiles, ' 99.99999%'), true);
    assert.equal(cutAt(withHistogram, '  899.500 -'), true);
    for (const text of [withPercentiles, withHistogram])
      assert.ok(!codes(importSpdkPerf(text, given).warnings).includes('imported-distribution-cut'));
  });

  test('refuses rows, percentiles and buckets that have something else than numbers', () => {
    const withCommas = (text: string, line: number): string =>
      text
        .split('\n')
        .map((each, i) => (i === line ? each.replace(/(\d)\.(\d)/g, '$1,$2') : each))
        .join('\n');
    assert.throws(
      () => importSpdkPerf(withCommas(bare, 4), given),
      /NSID 1 from core 0 does not have its five/,
    );
    const lineOf = (text: string, like: RegExp): number =>
      text.split('\n').findIndex((line) => like.test(line));
    for (const [text, like] of [
      [withPercentiles, /50\.00000%/],
      [withHistogram, /\( *3900\)/],
    ] as const)
      assert.throws(
        () => importSpdkPerf(withCommas(text, lineOf(text, like)), given),
        /something else than numbers/,
      );
    assert.throws(
      () => importSpdkPerf(bare.slice(0, bare.lastIndexOf('10.69') + 5), given),
      /its five numbers/,
    );
  });

  test('warns of rows that its total counts and that it lacks, of a text without a total, and of a head without rows', () => {
    const told = (text: string): boolean =>
      codes(importSpdkPerf(text, given).warnings).includes('imported-rows-missing');
    const lines = bare.split('\n');
    assert.ok(!told(bare) && !told(withHistogram) && !told(withPercentiles));
    assert.ok(told(lines.filter((line) => !line.includes('0000:86')).join('\n')));
    assert.ok(told(lines.filter((line) => !line.startsWith('Total')).join('\n')));
    assert.ok(told(`${bare}\n${lines[2]}\n`));
  });

  test('warns of a block size that is not that of IOPS and bandwidth', () => {
    const told = (bsBytes: number) =>
      codes(importSpdkPerf(bare, { ...given, bsBytes }).jobs[0].warnings).includes(
        'imported-figures-contradicted',
      );
    assert.deepEqual([told(4096), told(8192)], [false, true]);
  });

  test('warns of buckets that hold other I/Os than rate and time make', () => {
    const disagrees = (more: object) =>
      codes(importSpdkPerf(withHistogram, { ...options, ...more }).jobs[0].warnings).includes(
        'imported-bins-disagree',
      );
    const { elapsedNs } = importSpdkPerf(withHistogram, options).jobs[0];
    assert.equal(disagrees({}), false);
    assert.equal(disagrees({ runtimeMs: elapsedNs / 5e5 }), true);
  });

  test('takes percentiles as printed where there is no histogram', () => {
    const [job] = importSpdkPerf(withPercentiles, given).jobs;
    assert.deepEqual(job.directions.read?.latencyNs, {
      min: 40_000,
      mean: 50_000,
      max: 90_000,
      p50: 49_500,
      p90: 60_000,
      p99: 80_000,
      p99_9: 85_000,
      p99_99: 89_000,
      // Printed as 90.5 µs, the upper end of a bucket, but nothing was above 90.
      p99_999: 90_000,
    });
    assert.deepEqual(codes(job.warnings), [
      'imported-without-histogram',
      'imported-estimated-iodepth',
      'imported-without-errors',
    ]);
  });

  test('has a job for each device, and works out block size and depth from the figures', () => {
    const { jobs } = importSpdkPerf(bare, given);
    assert.deepEqual(
      jobs.map(({ target, bsBytes, iodepth, directions }) => [
        target,
        bsBytes,
        iodepth,
        directions.read?.ios,
      ]),
      [
        ['pci:0000:85:00.0', 4096, 64, 8_894_228],
        ['pci:0000:86:00.0', 4096, 64, 8_900_281],
      ],
    );
    assert.deepEqual(codes(jobs[0].warnings), [
      'imported-without-histogram',
      'imported-without-percentiles',
      'imported-estimated-iodepth',
      'imported-without-errors',
    ]);
  });

  test('takes what the options say over all else', () => {
    const said = {
      ...options,
      rw: 'write',
      bsBytes: 8192,
      iodepth: 7,
      runtimeMs: 1000,
      job: 'mine',
      target: 'pci:x',
    };
    const [job] = importSpdkPerf(withHistogram, said).jobs;
    assert.deepEqual(
      [job.name, job.target, job.rw, job.bsBytes, job.iodepth, job.elapsedNs, Object.keys(job.directions)],
      ['mine', 'pci:x', 'write', 8192, 7, 1e9, ['write']],
    );
  });

  test('is a document that opens', () => {
    for (const text of [withHistogram, withPercentiles, bare]) {
      const document = importSpdkPerf(text, given);
      assert.deepEqual(parseResultText(formatJson(document)), document);
    }
  });

  test('reads text with other line ends and indentation', () => {
    const text = withHistogram.replaceAll('\n', '\r\n').replace(/^PCIE/gm, '  PCIE');
    assert.deepEqual(importSpdkPerf(text, options), importSpdkPerf(withHistogram, options));
  });

  test('asks for what the text does not say', () => {
    assert.throws(() => importSpdkPerf(bare, options), /whether it read or wrote; .*--rw/);
    assert.throws(() => importSpdkPerf(bare, { ...options, rw: 'read' }), /how long it ran; .*--runtime/);
  });

  test('refuses a mix, whose reads and writes the text does not tell apart', () => {
    assert.throws(() => importSpdkPerf(bare, { ...given, rw: 'randrw' }), ReportError);
  });

  test('passes over lines that are made to be slow', () => {
    const slow = `x${' '.repeat(2_000_000)}y\n${'1'.repeat(2_000_000)}\n`;
    assert.deepEqual(importSpdkPerf(slow + bare, given), importSpdkPerf(bare, given));
  });

  test('refuses text without figures', () => {
    for (const text of ['', 'hello', 'Total : 1 2 3 4 5'])
      assert.throws(() => importSpdkPerf(text, given), /no line of figures/);
  });

  test('does not take drives for repeats of each other', () => {
    const one = importSpdkPerf(bare, given);
    const { jobs } = compareResults([{ name: 'a', result: one }], [{ name: 'b', result: one }]);
    assert.deepEqual(
      jobs.map(({ role, basis, observations }) => [role, basis, observations]),
      [
        [0, 'single', [1, 1]],
        [1, 'single', [1, 1]],
      ],
    );
  });

  test('tells namespaces of one controller apart', () => {
    const text = bare.replace('0000:86:00.0) NSID 1', '0000:85:00.0) NSID 2');
    assert.deepEqual(
      importSpdkPerf(text, given).jobs.map(({ target }) => target),
      ['PCIE (0000:85:00.0) NSID 1', 'PCIE (0000:85:00.0) NSID 2'],
    );
  });

  test('refuses one name for several devices', () => {
    assert.throws(() => importSpdkPerf(bare, { ...given, target: 'drive' }), /it is of 2 devices/);
  });
});
