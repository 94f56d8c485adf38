import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const REPORTER = join(import.meta.dirname, '../../build/brief-reporter.js');

/** What a run of the runner on one file prints, and what it leaves in the file of failures. */
function ran(
  source: string,
  others: Readonly<Record<string, string>> = {},
): {
  stdout: string;
  kept: string | undefined;
} {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-reporter-'));
  try {
    const file = join(folder, 'some.test.mjs');
    for (const [name, text] of Object.entries(others)) writeFileSync(join(folder, name), text);
    writeFileSync(file, `import { describe, test } from 'node:test';\n${source}`);
    const failures = join(folder, 'failures');
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = spawnSync(process.execPath, ['--test', `--test-reporter=${REPORTER}`, file], {
      encoding: 'utf8',
      env: { ...env, NVBENCH_TEST_FAILURES: failures },
    });
    return { stdout, kept: existsSync(failures) ? readFileSync(failures, 'utf8') : undefined };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const printed = (...args: Parameters<typeof ran>): string => ran(...args).stdout;

test('a file in which all is well is one line, with what it skipped', () => {
  const text = printed(
    "describe('all', () => { test('a', () => {}); test('b', { skip: 'no root' }, () => {}); });",
  );
  assert.match(text, /^\S*some\.test\.mjs: 2 tests, 1 skipped, \d+\.\d s\ntests 2, .*fail 0, .*\n$/);
});

test('failures come where they happen, and all once more at the end with what the file wrote', () => {
  const text = printed(
    "test('bad', () => { console.log('a word'); throw new Error('why'); }); test('all', async (t) => { await t.test('worse', () => { throw new Error('because'); }); });",
  );
  const [during, after] = text.split('what failed, once more:\n');
  for (const part of [during, after]) {
    assert.match(part, /✖ \S*some\.test\.mjs:2: bad\n {4}Error: why$/m);
    assert.match(part, /✖ \S*some\.test\.mjs:2: worse\n {4}Error: because$/m);
    assert.doesNotMatch(part, /: all$/m);
  }
  assert.match(during, /some\.test\.mjs: 3 tests, .* 2 FAILED$/m);
  assert.match(after, /last it wrote:\n {4}.*a word/);
});

test('a file of failures has what failed, and there is none where all is well', () => {
  assert.match(
    ran("test('bad', () => { throw new Error('why'); });").kept ?? '',
    /✖ \S*: bad\n {4}Error: why$/m,
  );
  assert.equal(ran("test('good', () => {});").kept, undefined);
});

test('an error outside of any test fails the file by its name', () => {
  assert.match(printed("throw new Error('at once');"), /✖ .*some\.test\.mjs\n[\s\S]*FAILED/);
});

test('what a helper defines is counted by each file that has it, not once more with every file', () => {
  const helper =
    "import { test } from 'node:test';\nexport const both = () => { test('a', () => {}); test('b', () => {}); };";
  const text = printed(
    "import { both } from './helper.mjs';\nboth();\ntest('of its own', () => {});\nboth();",
    {
      'helper.mjs': helper,
    },
  );
  const lines = text
    .split('\n')
    .map((line) => /(helper|some\.test)\.mjs: (\d) tests/.exec(line)?.slice(1, 3).join(' '));
  assert.deepEqual(
    lines.filter((line) => line !== undefined),
    ['helper 2', 'some.test 1', 'helper 2'],
  );
});
