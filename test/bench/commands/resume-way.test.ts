import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { wayOf } from '../../../bench/commands/resume-way.js';
import { formatJson } from '../../../reports/index.js';
import { sampleResult } from '../../reports/sample.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-way-'));
after(() => rmSync(folder, { recursive: true }));

function left(name: string, complete: boolean): string {
  const path = join(folder, name);
  writeFileSync(path, formatJson({ ...sampleResult(), complete }));
  return path;
}

test('of several runs those that are complete are passed over, those without a result begun', () => {
  const [whole, part, none] = [left('a.json', true), left('b.json', false), join(folder, 'c.json')];
  assert.deepEqual(
    [whole, part, none].map((path) => wayOf(true, path, 3)),
    ['done', 'resume', 'begin'],
  );
  assert.deepEqual(
    [whole, part, none].map((path) => wayOf(false, path, 3)),
    ['begin', 'begin', 'begin'],
  );
});

test('a run by itself is gone on with, and it is for the run to refuse what cannot be', () => {
  for (const path of [left('d.json', true), join(folder, 'e.json'), undefined])
    assert.equal(wayOf(true, path, 1), 'resume');
});
