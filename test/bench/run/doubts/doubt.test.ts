/** Every doubt that there is has its row in docs/results.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DOUBT_CODES } from '../../../../bench/run/doubts/doubt.js';

const text = readFileSync(new URL('../../../../../docs/results.md', import.meta.url), 'utf8');

for (const code of DOUBT_CODES) {
  test(`docs/results.md tells of ${code}`, () => {
    assert.ok(text.includes(`\n| \`${code}\` |`), code);
  });
}
