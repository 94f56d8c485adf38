/** Texts of several runs, or of devices whose headings are cut to the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
import { importSpdkPerf } from '../../../reports/import/spdk-perf.js';
import { formatJson, parseResultText } from '../../../reports/index.js';
import { fixtureText } from '../views/golden.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };
const given = { ...options, rw: 'randread', runtimeMs: 10_000 };
const withHistogram = fixtureText('imports/spdk-perf-LL.txt');

const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

describe('importSpdkPerf of several runs and devices', () => {
  const command = (depth: number, pattern = 'randread') =>
    `# spdk_nvme_perf -q ${depth} -w ${pattern} -t 10 -c 0x1 -o 4096 -r 'trtype:PCIe traddr:0000:01:00.0'\n`;
  const head = 'Device Information             :       IOPS      MiB/s    Average        min        max\n';
  const rowText = (iops: number, mean: number, device = 'PCIE (0000:01:00.0)', core = 0) =>
    `${device} from core ${core}: ${iops}.00 ${(iops / 256).toFixed(2)} ${mean}.00 20.00 1700.00\n`;

  test('has a job for each of several runs, with the settings of its own command line', () => {
    const text = command(32) + head + rowText(100_000, 320) + command(64) + head + rowText(160_000, 400);
    const { jobs, complete } = importSpdkPerf(text, options);
    assert.deepEqual(
      jobs.map(({ name, run, iodepth, startedAt, directions }) => [
        ...[name, run, iodepth, startedAt, directions.read?.iops, directions.read?.ios],
      ]),
      [
        ['randread-4KiB-qd32', 0, 32, '2025-03-01T11:59:40.000Z', 100_000, 1_000_000],
        ['randread-4KiB-qd64', 1, 64, '2025-03-01T11:59:50.000Z', 160_000, 1_600_000],
      ],
    );
    assert.ok(complete);
  });

  test('takes several runs of the same for runs of one job', () => {
    const result = importSpdkPerf(
      command(32) + head + rowText(100_000, 320) + command(32) + head + rowText(101_000, 318),
      options,
    );
    const side = [{ name: 'a', result }];
    assert.deepEqual(
      compareResults(side, [{ name: 'b', result: importSpdkPerf(withHistogram, options) }]).unmatched,
      [],
    );
    const { jobs } = compareResults(side, [{ name: 'b', result: importSpdkPerf(withHistogram, options) }]);
    assert.deepEqual(
      jobs.map(({ runs }) => runs),
      [[2, 1]],
    );
    assert.deepEqual(parseResultText(formatJson(result)), result);
  });

  test('tells directions of several runs apart', () => {
    const text =
      command(32) + head + rowText(100_000, 320) + command(32, 'randwrite') + head + rowText(9000, 3500);
    assert.deepEqual(
      importSpdkPerf(text, options).jobs.map(({ directions }) => Object.keys(directions)),
      [['read'], ['write']],
    );
  });

  test('does not take the settings of one run for those of another', () => {
    const text = command(32) + head + rowText(100_000, 320) + head + rowText(160_000, 400);
    assert.throws(() => importSpdkPerf(text, options), /whether it read or wrote/);
  });

  test('refuses rows of one device and core, whose runs are not told apart', () => {
    const rows = rowText(100_000, 320) + rowText(160_000, 400);
    for (const text of [rows, command(32) + head + rows, rowText(1000, 1) + head + rowText(2000, 1)])
      assert.throws(() => importSpdkPerf(text, given), /from core 0 has two rows/);
  });

  const subsystem = (n: number) => `TCP (addr:192.168.100.8 subnqn:nqn.2016-06.io.spdk:cnode${n}) NSID 1`;
  const cut = (kind: string, device: string, rest: string) =>
    `${kind} for ${device.slice(0, 43)} from core 0:\n${rest}\n`;
  const summary = (n: number, us: number) =>
    cut('Summary latency data', subsystem(n), ` 50.00000% : ${us}.000us\n 99.00000% : ${us * 1.1}us\n`);
  const buckets = (n: number, us: number, count: number) =>
    cut('Latency histogram', subsystem(n), `${us - 1}.000 - ${us + 1}.000: 100.0000%  ( ${count})\n`);
  const twoRows = command(4) + head + rowText(200, 100, subsystem(1)) + rowText(100, 1000, subsystem(2));

  test('gives what stands under headings that are cut to the same to their devices in order', () => {
    const text =
      twoRows + summary(1, 100) + summary(2, 1000) + buckets(1, 100, 2000) + buckets(2, 1000, 1000);
    assert.deepEqual(
      importSpdkPerf(text, options).jobs.map(({ target, directions: { read } }) => [
        ...[target, read?.ios, read?.latencyNs.p50],
      ]),
      [
        [subsystem(1), 2000, 100_000],
        [subsystem(2), 1000, 1_000_000],
      ],
    );
  });

  test('leaves out buckets that are not those of the percentiles beside them', () => {
    const row = command(4) + head + rowText(200, 100, subsystem(1)) + summary(1, 100);
    const toldWith = (us: number) => {
      const slow = `${us - 1}.000 - ${us + 1}.000: 100.0000%  ( 40)\n`;
      const [job] = importSpdkPerf(row + buckets(1, 100, 1960) + slow, options).jobs;
      const told = codes(job.warnings).includes('imported-bins-contradicted');
      assert.equal(job.directions.read?.histogram === undefined, told);
      return told;
    };
    assert.deepEqual([toldWith(100), toldWith(110)], [true, false]);
  });

  test('leaves out what stands under such headings where there are more or fewer of them than devices', () => {
    const { jobs } = importSpdkPerf(twoRows + summary(1, 100) + buckets(2, 1000, 1000), options);
    for (const { directions, warnings } of jobs) {
      assert.deepEqual([directions.read?.latencyNs.p50, directions.read?.histogram], [undefined, undefined]);
      assert.ok(codes(warnings).includes('imported-headings-ambiguous'));
    }
  });

  test('passes over headings of what did nothing', () => {
    const idle = cut('Summary latency data', subsystem(3), '');
    const { jobs } = importSpdkPerf(twoRows + idle + summary(1, 100) + summary(2, 1000), options);
    assert.deepEqual(
      jobs.map(({ directions }) => directions.read?.latencyNs.p50),
      [100_000, 1_000_000],
    );
  });

  test('does not take a name for the beginning of a longer one', () => {
    const [short, long] = ['VM (a)', 'VM (a) b'];
    const text =
      command(4) +
      head +
      rowText(200, 100, long) +
      rowText(100, 1000, short) +
      cut('Summary latency data', short, ' 50.00000% : 1000.000us\n') +
      cut('Summary latency data', long, ' 50.00000% : 100.000us\n');
    assert.deepEqual(
      importSpdkPerf(text, options).jobs.map(({ target, directions }) => [
        target,
        directions.read?.latencyNs.p50,
      ]),
      [
        [long, 100_000],
        [short, 1_000_000],
      ],
    );
  });
});
