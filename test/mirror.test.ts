/** Holds what test/README.md says of paths: a test mirrors the file that it tests, or says in its head what it tests. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('a test stands at the path of the file that it tests, or its head says what it tests', () => {
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.test.ts'),
  );
  assert.ok(tests.length > 100);
  const silent = tests
    .filter((path) => !existsSync(join(root, path.replace(/\.test\.ts$/, '.ts'))))
    .filter((path) => !readFileSync(join(root, 'test', path), 'utf8').startsWith('/**'));
  assert.deepEqual(silent, []);
});
