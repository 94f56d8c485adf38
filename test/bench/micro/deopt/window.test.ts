/** With the V8 that runs the tests: what it really writes, and when. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { logOptions } from '../../../../bench/micro/deopt/log.js';
import { readWindow, type WindowFindings } from '../../../../bench/micro/deopt/window.js';

const MODULES = new URL('../../../../bench/micro/deopt/', import.meta.url).href;

/** A loop that is warm before the window; `within` is what happens in it. `loop` and `mark` are at its hand. */
function run(t: TestContext, within: string): WindowFindings {
  const folder = mkdtempSync(join(tmpdir(), 'deopt-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'dist', 'engine'), { recursive: true });
  writeFileSync(
    join(folder, 'dist', 'engine', 'loop.mjs'),
    `export const state = { step: 1 };
    export function loop(from) { let sum = 0; for (let i = 0; i < 1000; i++) sum += from.step; return sum; }`,
  );
  const program = join(folder, 'program.mjs');
  const folderText = JSON.stringify(folder);
  writeFileSync(
    program,
    `import { logSizes } from '${MODULES}log.js';
    import { writeWindow } from '${MODULES}window.js';
    import { loop, state } from './dist/engine/loop.mjs';
    const rounds = (from) => { for (let i = 0; i < 20000; i++) loop(from); };
    const marks = [];
    const mark = (atMs) => marks.push({ atMs, sizes: logSizes(${folderText}) });
    for (let i = 0; i < 5; i++) rounds(state);
    mark(0);
    ${within}
    writeWindow(${folderText}, { marks, logs: Object.keys(marks[0].sizes) });`,
  );
  execFileSync(process.execPath, [...logOptions(folder), program]);
  return readWindow(folder);
}

test('a loop whose objects change their shape within the window is found, with place and moment', (t) => {
  const changing = `rounds(state); mark(100); loop({ other: 1, step: 2 }); rounds(state); mark(200);`;
  const { loop } = run(t, changing);
  assert.ok(loop.length > 0);
  assert.match(loop[0].at, /dist\/engine\/loop\.mjs:2:/);
  assert.deepEqual([loop[0].fromMs, loop[0].toMs], [100, 200]);
});

test('what happens before the window or after it is not of the window', (t) => {
  const { loop } = run(t, 'rounds(state); mark(100); loop({ other: 1, step: 2 }); rounds(state);');
  assert.deepEqual(loop, []);
});

test('code that is not the loop counts beside it', (t) => {
  const beside = `const own = (from) => { let sum = 0; for (let i = 0; i < 1000; i++) sum += from.x; return sum; };
    for (let i = 0; i < 20000; i++) own({ x: 1 });
    own({ y: 1, x: 2 });
    mark(100);`;
  const { loop, others } = run(t, beside);
  assert.deepEqual(loop, []);
  assert.ok(others.length > 0);
});
