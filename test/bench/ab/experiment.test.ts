/** Experiments in this process, on software controllers: the legs, their order, and the document on the way. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { changeoverOf } from '../../../bench/ab/changeover.js';
import type { Design } from '../../../bench/ab/design.js';
import { type ExperimentRequest, runExperiment } from '../../../bench/ab/experiment.js';
import { byChangeover } from '../../../bench/ab/leg-runner.js';
import { drawBlocks, legsOf } from '../../../bench/ab/schedule.js';
import { loadSides } from '../../../bench/ab/sides.js';
import { OutputFile } from '../../../bench/files/output-file.js';
import { type AbDocument, formatAbDocument, parseAbText } from '../../../reports/ab/index.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-ab-'));
after(() => rmSync(folder, { recursive: true }));
// What cannot be written where it should is kept there.
process.env.TMPDIR = folder;

const path = join(folder, 'ab.yaml');
writeFileSync(
  path,
  `device: "null:?size=16MiB"
hugepages: never
jobs:
  - { name: reads, rw: randread, bs: 4k, iodepth: 4, number_ios: 50 }
`,
);

/** Smaller than one that shows anything. */
const SMALL: Design = { blocks: 2, controls: 1, seed: 3, confidence: 0.5, margin: 0, warmUp: true };
const CHANGE = 'jobs[0].iodepth=2';

type Interrupt = ExperimentRequest['interrupt'];

function interruptBy(controller: AbortController): Interrupt {
  return {
    signal: controller.signal,
    abandonSignal: new AbortController().signal,
    nextSignal: () => new AbortController().signal,
    exitCode: () => undefined,
    dispose: () => undefined,
  };
}

interface Wish {
  readonly b?: readonly string[];
  readonly design?: Design;
  readonly output?: string;
  readonly interrupt?: Interrupt;
}

const run = async ({ b = [CHANGE], design = SMALL, output, interrupt }: Wish) =>
  runExperiment({
    config: path,
    runners: byChangeover(
      await changeoverOf(loadSides({ path, a: [], b, set: [] }), {
        signal: new AbortController().signal,
        onNotGivenBack: assert.fail,
      }),
    ),
    changes: { A: { set: [] }, B: { set: [...b] } },
    design,
    output: output === undefined ? undefined : OutputFile.prepare(output),
    interrupt: interrupt ?? interruptBy(new AbortController()),
  });

const documentIn = (file: string): AbDocument => parseAbText(readFileSync(file, 'utf8'));
const rolesOf = ({ legs }: AbDocument): unknown[] => legs.map(({ role, block }) => ({ role, block }));

/** What is done whenever a thread starts: each leg attaches its controller anew. */
let onThread = (): void => undefined;
const hook = (): void => onThread();
process.on('worker', hook);
after(() => process.off('worker', hook));
afterEach(() => {
  onThread = () => undefined;
});

test('every leg of the drawn order runs, each as its side has it, and the document says how it was laid out', async () => {
  const output = join(folder, 'whole.json');
  const { document, failure } = await run({ output });
  assert.equal(failure, undefined);
  assert.deepEqual([document.complete, document.interrupted], [true, undefined]);
  assert.deepEqual(document.blocks, drawBlocks(SMALL));
  assert.deepEqual(rolesOf(document), legsOf(document.blocks, true));
  for (const { role, result } of document.legs) {
    assert.equal(result.jobs[0].iodepth, role === 'B' ? 2 : 4);
    assert.equal(result.jobs[0].directions.read?.ios, 50);
  }
  const { seed, confidence, margin, warmUp, config, sides } = document;
  assert.deepEqual([seed, confidence, margin, warmUp, config], [3, 0.5, 0, true, path]);
  assert.deepEqual(sides, { A: { set: [] }, B: { set: [CHANGE] } });
  assert.equal(readFileSync(output, 'utf8'), formatAbDocument(document));
});

test('after each leg the file has all legs so far, and says that the session goes on', async () => {
  const output = join(folder, 'kept.json');
  const seen: AbDocument[] = [];
  onThread = () => {
    if (existsSync(output)) seen.push(documentIn(output));
  };
  const { document } = await run({ output });
  const order = legsOf(document.blocks, true);
  assert.deepEqual(new Set(seen.map(({ legs }) => legs.length)), new Set([1, 2, 3, 4, 5, 6, 7]));
  for (const earlier of seen) {
    assert.equal(earlier.complete, false);
    assert.match(earlier.interrupted?.reason ?? '', /still going on/);
    assert.deepEqual(rolesOf(earlier), order.slice(0, earlier.legs.length));
  }
});

test('one that ends once it is sure runs no block beyond that look, and says why it ended', async () => {
  const output = join(folder, 'sure.json');
  // What takes 10 ms is told from what takes none on any host.
  const b = ['device=sim:?size=16MiB&latency=10ms', 'jobs[0].number_ios=8'];
  const untilSure = { metrics: ['iops' as const] };
  const design: Design = { ...SMALL, blocks: 12, controls: 0, confidence: 0.95, untilSure };
  const { document, failure } = await run({ b, design, output });
  assert.equal(failure, undefined);
  assert.equal(document.complete, true);
  assert.deepEqual(document.sequential, {
    confidence: 0.95,
    looks: [8, 12],
    metrics: ['iops'],
    ended: 'sure',
  });
  assert.equal(document.blocks.length, 8);
  assert.deepEqual(rolesOf(document), legsOf(document.blocks, true));
  assert.ok(Math.abs(document.confidence - (1 - (0.05 * 8) / 12)) < 1e-12);
  assert.equal(readFileSync(output, 'utf8'), formatAbDocument(document));
});

test('without an output nothing is written', async () => {
  const before = [readdirSync(folder), readdirSync('.')];
  const { document } = await run({ design: { ...SMALL, blocks: 1, controls: 0, warmUp: false } });
  assert.equal(document.legs.length, 2);
  assert.deepEqual([readdirSync(folder), readdirSync('.')], before);
});

test('an interrupt ends the experiment after the leg that it meets', async () => {
  const controller = new AbortController();
  const output = join(folder, 'cut.json');
  onThread = () => {
    if (existsSync(output) && documentIn(output).legs.length === 3) controller.abort('SIGINT');
  };
  const { document, failure } = await run({ output, interrupt: interruptBy(controller) });
  assert.equal(failure, undefined);
  assert.deepEqual([document.complete, document.interrupted], [false, { reason: 'SIGINT' }]);
  assert.ok(document.legs.length >= 3 && document.legs.length <= 4, `${document.legs.length} legs`);
  assert.equal(readFileSync(output, 'utf8'), formatAbDocument(document));
});

test('an interrupt before the first leg leaves a document without legs', async () => {
  const { document, failure } = await run({ interrupt: interruptBy(abortedController()) });
  assert.deepEqual([document.legs, document.complete, failure], [[], false, undefined]);
  assert.deepEqual(document.interrupted, { reason: 'SIGINT' });
  assert.deepEqual(document.blocks, drawBlocks(SMALL));
});

function abortedController(): AbortController {
  const controller = new AbortController();
  controller.abort('SIGINT');
  return controller;
}

test('a side that fails ends the experiment, which says in which leg and keeps what was measured', async () => {
  const output = join(folder, 'died.json');
  const b = ['device=sim:?size=16MiB&latency=none&faults=die(20)'];
  const { document, failure } = await run({ b, output });
  assert.match(String((failure as { op?: string }).op), /^leg 2 of 8 \(B\): /);
  assert.equal(document.complete, false);
  assert.deepEqual(document.interrupted, { reason: (failure as Error).message });
  assert.deepEqual(rolesOf(document), [
    { role: 'A', block: null },
    { role: 'B', block: null },
  ]);
  assert.equal(readFileSync(output, 'utf8'), formatAbDocument(document));
});

test('a folder that goes away meanwhile is a failure at the end, and what was measured is given all the same', async () => {
  const gone = join(folder, 'gone');
  mkdirSync(gone);
  onThread = () => rmSync(gone, { recursive: true, force: true });
  const design = { ...SMALL, blocks: 1, controls: 0, warmUp: false };
  const { document, failure } = await run({ design, output: join(gone, 'ab.json') });
  const { code, hint = '' } = failure as { code?: string; hint?: string };
  assert.equal(code, 'OUTPUT_UNWRITABLE');
  const [, rescued] = /the result is in (\S+) instead/.exec(hint) ?? assert.fail(hint);
  assert.deepEqual(documentIn(rescued).legs.length, 2);
  assert.deepEqual([document.complete, document.legs.length], [true, 2]);
});
