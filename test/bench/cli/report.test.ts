/** `nvbench report`, `show`, `merge` and `schema` as their user sees them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatJson, formatText, resultJsonSchema } from '../../../reports/index.js';
import { formatCsv } from '../../../reports/views/csv.js';
import { formatFioJson } from '../../../reports/views/fio-json.js';
import { PAGE, printedJson, printedText } from '../../reports/import/latency-monitor-print.js';
import { drive, sampleResult, troubledResult } from '../../reports/sample.js';
import { directory, nvbench, resultFile } from './child.js';

function fileOf(name: string, result = sampleResult()): string {
  const path = join(directory, name);
  writeFileSync(path, formatJson(result));
  return path;
}

describe('report, show and schema', { concurrency: 2 }, () => {
  const plain = fileOf('plain.json');
  const troubled = fileOf('troubled.json', troubledResult());

  test('report prints several results in one format', async () => {
    const { exitCode, stdout } = await nvbench('report', plain, troubled, '--format', 'csv');
    assert.equal(exitCode, 0);
    assert.equal(stdout, formatCsv([sampleResult(), troubledResult()]));
  });

  test("import lays a drive's latency log beside a result, and refuses what makes no sense beside it", async () => {
    const [before, after] = ['before.json', 'after.txt'].map((name) => join(directory, name));
    writeFileSync(before, printedJson(PAGE, '2.7'));
    writeFileSync(after, printedText({ ...PAGE, timer: 9 }, '2.7'));
    const both = join(directory, 'both.json');
    const beside = ['--beside', plain, '--before', before, '--target', drive.target];
    const laid = await nvbench('import', after, ...beside, '--output', both);
    assert.deepEqual([laid.exitCode, laid.stderr], [0, '']);
    const { latencyMonitors, jobs } = JSON.parse(readFileSync(both, 'utf8'));
    assert.deepEqual([latencyMonitors[0].activeMinutes, jobs], [45, sampleResult().jobs]);
    assert.match((await nvbench('show', both)).stdout, /read +5 to 10 ms +0 +12 +100 +0/);
    const refused = async (...args: string[]): Promise<string> => {
      const { exitCode, stderr } = await nvbench('import', ...args);
      assert.equal(exitCode, 2, stderr);
      return stderr;
    };
    assert.match(await refused(after, ...beside, '--bs', '4k'), /--bs/);
    assert.match(await refused(after, '--before', before), /--beside/);
    assert.match(await refused(plain, '--beside', plain), /latency monitor/);
    assert.match(await refused(after, '--beside', plain, '--output', plain), /plain\.json/);
    assert.match(await refused(both, '--beside', after), /after\.txt/);
  });

  test('report --output writes the file whole and nothing to stdout', async () => {
    const path = join(directory, 'fio.json');
    const { exitCode, stdout } = await nvbench('report', plain, '--format', 'fio-json+', '--output', path);
    assert.deepEqual([exitCode, stdout], [0, '']);
    assert.equal(readFileSync(path, 'utf8'), formatFioJson(sampleResult()));
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  test('an ending that is no format is said, once, and one that a command has not is refused', async () => {
    for (const [command, format] of [
      ['report', 'text'],
      ['history', 'text'],
    ]) {
      const path = join(directory, `${command}.xyz`);
      const { exitCode, stderr } = await nvbench(command, plain, '--output', path);
      assert.equal(exitCode, 0, stderr);
      assert.match(
        stderr,
        new RegExp(`^nvbench: .*\\.xyz is written as ${format}, since \\.xyz says no format; .*\\n$`),
      );
      const other = await nvbench('history', plain, '--output', join(directory, 'h.csv'));
      assert.equal(other.exitCode, 2);
      assert.match(other.stderr, /writes no csv/);
    }
  });

  test('report, compare and history take the format from the name of --output, unless it is given', async () => {
    const beginnings = {
      html: /^<!doctype html>/i,
      md: /^[#|*]/,
      json: /^[{[]/,
      txt: /^(nvbench|base|SOFTWARE)/,
    };
    const written = async (command: string, ending: keyof typeof beginnings, ...more: string[]) => {
      const path = join(directory, `${command}-${more.length}.${ending}`);
      const inputs = command === 'compare' ? [plain, plain] : [plain];
      const { exitCode, stderr } = await nvbench(command, ...inputs, '--output', path, ...more);
      assert.equal(exitCode, 0, stderr);
      return readFileSync(path, 'utf8');
    };
    for (const ending of ['html', 'md', 'json', 'txt'] as const)
      assert.match(await written('report', ending), beginnings[ending], ending);
    assert.match(await written('compare', 'html'), beginnings.html);
    assert.match(await written('history', 'html'), beginnings.html);
    assert.match(await written('report', 'html', '--format', 'json'), beginnings.json);
  });

  test('report leaves a file alone that it cannot replace by a report', async () => {
    const path = join(directory, 'kept.hgrm');
    writeFileSync(path, 'before');
    const { exitCode, stderr } = await nvbench('report', troubled, '--format', 'hgrm', '--output', path);
    assert.equal(exitCode, 2);
    assert.match(stderr, /choose with --job NAME/);
    assert.equal(readFileSync(path, 'utf8'), 'before');
  });

  test('report shows the job and direction that are chosen', async () => {
    const chosen = ['--job', 'mixed', '--direction', 'write'];
    const { exitCode, stdout } = await nvbench('report', troubled, '--format', 'hgrm', ...chosen);
    assert.equal(exitCode, 0);
    assert.match(stdout, /Total count {4}= {10}100\]/);
  });

  test('report of two results in a format for one says what to do', async () => {
    const { exitCode, stderr } = await nvbench('report', plain, troubled, '--format', 'junit');
    assert.equal(exitCode, 2);
    assert.match(stderr, /junit holds one result, 2 were given; .*nvbench merge/);
  });

  test('show prints the report that the run printed', async () => {
    const { exitCode, stdout } = await nvbench('show', troubled);
    assert.equal(exitCode, 0);
    assert.equal(stdout, formatText(troubledResult(), { color: false, width: 100 }));
  });

  test('show prints parts of the document', async () => {
    const view = async (name: string): Promise<unknown> =>
      JSON.parse((await nvbench('show', troubled, '--view', name)).stdout) as unknown;
    assert.deepEqual(await view('config'), troubledResult().config);
    assert.deepEqual(await view('json'), troubledResult());
    assert.deepEqual(
      ((await view('warnings')) as { code: string; job?: string }[]).map(({ code, job }) => [code, job]),
      [
        ['hugepages-unavailable', undefined],
        ['cpu-shared', 'mixed'],
      ],
    );
  });

  test('show refuses what is no result, in one line', async () => {
    const path = join(directory, 'cut.json');
    writeFileSync(path, formatJson(sampleResult()).slice(0, 900));
    const { exitCode, stdout, stderr } = await nvbench('show', path);
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.match(stderr, /^nvbench: read the result \(.*cut\.json\): .*may be truncated; .*\n$/);
  });

  test('merge writes a document that every view reads', async () => {
    const path = join(directory, 'merged.json');
    const elsewhere = { ...troubledResult(), host: { ...troubledResult().host, hostname: 'elsewhere' } };
    const results = [plain, fileOf('elsewhere.json', elsewhere)];
    const merged = await nvbench('merge', ...results, '--sum', '--output', path);
    assert.deepEqual([merged.exitCode, merged.stdout, merged.stderr], [0, '', '']);
    const { stdout } = await nvbench('report', path, '--format', 'csv');
    assert.equal(stdout.trimEnd().split('\r\n').length, 1 + 4);
  });

  test('merge of one result is refused', async () => {
    const { exitCode, stderr } = await nvbench('merge', plain);
    assert.equal(exitCode, 2);
    assert.match(stderr, /there is only one result; name two or more/);
  });

  const fixture = (name: string): string =>
    fileURLToPath(new URL(`../../../../test/fixtures/imports/${name}`, import.meta.url));

  test('import makes a result of what fio and spdk_nvme_perf wrote', async () => {
    const path = join(directory, 'base.json');
    for (const [name, tool] of [
      ['fio-jsonplus.json', 'fio'],
      ['spdk-perf-LL.txt', 'spdk_nvme_perf'],
    ]) {
      const { exitCode, stdout, stderr } = await nvbench('import', fixture(name), '--output', path);
      assert.deepEqual([exitCode, stdout, stderr], [0, '', '']);
      assert.equal(resultFile(path).imported?.tool, tool);
    }
  });

  test('import asks for what the text does not say, and takes it', async () => {
    const path = fixture('spdk-perf.txt');
    const asking = await nvbench('import', path);
    assert.equal(asking.exitCode, 2);
    assert.match(asking.stderr, /does not say whether it read or wrote; .*--rw randread/);
    const bad = await nvbench('import', path, '--rw', 'read', '--runtime', 'long');
    assert.match(bad.stderr, /--runtime\): long is not understood; give a time such as 10s/);
    const given = await nvbench(
      'import',
      path,
      '--rw',
      'read',
      '--runtime',
      '10s',
      '--iodepth',
      '64',
      '--bs',
      '4k',
    );
    assert.equal(given.exitCode, 0, given.stderr);
  });

  test('schema result prints the JSON Schema of the document', async () => {
    const { exitCode, stdout } = await nvbench('schema', 'result');
    assert.equal(exitCode, 0);
    const schema = JSON.parse(stdout) as { required: string[]; properties: Record<string, unknown> };
    assert.deepEqual(schema, JSON.parse(JSON.stringify(resultJsonSchema())));
    for (const key of Object.keys(sampleResult())) assert.ok(key in schema.properties, key);
    assert.ok(schema.required.includes('jobs') && !schema.required.includes('hosts'));
  });
});
