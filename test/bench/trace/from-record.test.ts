/** The record of a software controller against what its host says that it did. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { withCommandRecord } from '../../../bench/files/command-record-reader.js';
import { withLog } from '../../../bench/files/io-log-reader.js';
import { AS_RECORDED } from '../../../bench/trace/builder.js';
import { readTrace } from '../../../bench/trace/read-trace.js';
import { traceHash } from '../../../engine/load/index.js';
import type { RecordedCommand } from '../../../reports/command-record/records.js';
import { type RecordEnding, RecordSummary } from '../../../reports/command-record/summary.js';
import { runText } from '../run/run-text.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-test-'));
after(() => rmSync(folder, { recursive: true }));

async function run(record: string, jobs: readonly string[]) {
  const device = `device: "sim:?size=1MiB&latency=none&record=${record}"`;
  const lines = ['allow_writes: true', 'jobs:', ...jobs.map((job) => `  - { ${job} }`)];
  const { result, failure } = await runText(device, ...lines);
  assert.equal(failure, undefined);
  return result;
}

const recordOf = (path: string): Promise<[RecordedCommand[], RecordEnding, RecordSummary]> =>
  withCommandRecord(path, (record) => {
    const all: RecordedCommand[] = [];
    const summary = new RecordSummary(record.about);
    for (let some = record.next(); some.length > 0; some = record.next()) all.push(...some);
    for (const command of all) summary.add(command);
    return [all, record.ending(), summary];
  });

async function loggedOf(path: string): Promise<[string, number, number][]> {
  const ios: [string, number, number][] = [];
  await withLog(path, async ({ next }) => {
    for (let some = next(); some.length > 0; some = next())
      for (const { operation, slba, lbas } of some) ios.push([operation, slba, lbas]);
  });
  return ios;
}

const NAMES: Readonly<Record<number, string>> = { 1: 'write', 2: 'read' };
const RANDOM_IOS = 400;
const [record, log] = [join(folder, 'drive.rec'), join(folder, 'ios.log')];
let commands: readonly RecordedCommand[];
let ending: RecordEnding;
let summary: RecordSummary;
let result: Awaited<ReturnType<typeof run>>;

/** One run for all: random I/Os one by one, then all blocks written and read back sixteen deep. */
before(async () => {
  const deep = 'bs: 4k, size: 1MiB, iodepth: 16';
  result = await run(record, [
    `name: a, rw: randrw, bssplit: "4k/60:512/40", number_ios: ${RANDOM_IOS}, randseed: 7, log: ${log}`,
    `name: w, rw: write, ${deep}`,
    `name: r, rw: randread, ${deep}`,
  ]);
  [commands, ending, summary] = await recordOf(record);
});

test('the controller was given the I/Os that the job logged, in the same order', async () => {
  assert.deepEqual(ending, { lost: 0, closed: true });
  const given = commands.filter(({ qid }) => qid > 0);
  assert.deepEqual(
    given.slice(0, RANDOM_IOS).map(({ opcode, slba, blocks }) => [NAMES[opcode], slba, blocks]),
    await loggedOf(log),
  );
  assert.deepEqual(
    commands.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
    commands.map((_, i) => i + 1),
  );
});

test('a record is a trace of what the jobs did', async () => {
  const trace = await readTrace(record, AS_RECORDED);
  const { value } = traceHash(trace, RANDOM_IOS);
  const { ios } = trace;
  trace.close();
  assert.equal(value, result.jobs[0].operationsHash?.value);
  assert.equal(ios, RANDOM_IOS + 512);
});

test('what was read back has the hash of what was written', () => {
  const deep = commands.filter(({ qid }) => qid > 0).slice(RANDOM_IOS);
  const written = new Map(deep.flatMap(({ opcode, slba, hash }) => (opcode === 1 ? [[slba, hash]] : [])));
  const reads = deep.filter(({ opcode }) => opcode === 2);
  assert.deepEqual([written.size, new Set(written.values()).size, reads.length], [256, 256, 256]);
  assert.ok(reads.every(({ slba, hash }) => hash !== undefined && hash === written.get(slba)));
  const { operations } = summary.data(ending) as { operations: Record<string, { commands: number }> };
  assert.equal(operations.read.commands + operations.write.commands, RANDOM_IOS + 512);
});

test('a file that was cut short has what is whole, and says that it was not closed', async () => {
  const path = join(folder, 'cut.rec');
  writeFileSync(path, readFileSync(record).subarray(0, -100));
  const [cut, ending, summary] = await recordOf(path);
  assert.equal(ending.closed, false);
  assert.ok(cut.length > 0 && cut.length < commands.length);
  assert.match(summary.text(ending, 80), /NOT CLOSED/);
});

test('a file that is no record is not written over', async () => {
  const path = join(folder, 'letter');
  writeFileSync(path, 'dear');
  const refused = { code: 'RECORD_UNWRITABLE', kind: 'input' };
  await assert.rejects(run(path, ['name: a, rw: read, bs: 4k, number_ios: 1']), refused);
  assert.equal(readFileSync(path, 'utf8'), 'dear');
});
