import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { measureInTurns } from '../../../bench/micro/against.js';
import { type ChildTask, childProgram } from '../../../bench/micro/children.js';

const TASK: ChildTask = { what: 'loop', depth: 32, lanes: 1, readPercent: 100, cpuMs: 20 };

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'against-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A program that says of itself the next of `times`, and writes its name into `calls`. */
function program(folder: string, name: string, times: readonly number[], format = 1): string {
  const path = join(folder, `${name}.cjs`);
  const source = `const fs = require('node:fs');
    const calls = ${JSON.stringify(join(folder, 'calls'))};
    const before = fs.existsSync(calls) ? fs.readFileSync(calls, 'utf8') : '';
    fs.appendFileSync(calls, '${name}');
    const nsPerIo = ${JSON.stringify(times)}[before.split('${name}').length - 1];
    console.log(JSON.stringify({ format: ${format}, what: 'loop', nsPerIo }));`;
  writeFileSync(path, source);
  return path;
}

test('two builds are measured in turns, and each gets its smallest and its median', async (t) => {
  const folder = folderOf(t);
  const own = program(folder, 'A', [30, 10, 20]);
  const other = program(folder, 'B', [50, 90, 40]);
  assert.deepEqual(await measureInTurns(TASK, own, other, 3), [
    { name: 'loop', own: { minNs: 10, medianNs: 20 }, other: { minNs: 40, medianNs: 50 } },
  ]);
  assert.equal(readFileSync(join(folder, 'calls'), 'utf8'), 'ABBAAB');
});

test('one build alone has no other side', async (t) => {
  const own = program(folderOf(t), 'A', [30, 10]);
  assert.deepEqual(await measureInTurns(TASK, own, undefined, 2), [
    { name: 'loop', own: { minNs: 10, medianNs: 20 }, other: undefined },
  ]);
});

test('an output of another format is refused', async (t) => {
  const folder = folderOf(t);
  await assert.rejects(measureInTurns(TASK, program(folder, 'A', [1], 2), undefined, 1), /format 2/);
});

test('a folder without the program is refused with what to do', (t) => {
  assert.throws(() => childProgram(folderOf(t)), /has no dist\/bench\/micro\/loop-child\.js.*npm run build/s);
});
