import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkLogPath, openLogFile } from '../../../bench/files/io-log-file.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-log-'));
after(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const REFUSED = { code: 'LOG_UNWRITABLE', kind: 'input' };

test('a log goes where nothing is, into an empty file, and in place of a log', () => {
  writeFileSync(at('empty'), '');
  writeFileSync(at('old'), `nvbiolog${'x'.repeat(100)}`);
  for (const path of [at('new'), at('empty'), at('old')]) {
    checkLogPath(path);
    closeSync(openLogFile(path));
    assert.equal(statSync(path).size, 0);
  }
});

test('what is no log is not written over, nor made where it cannot be', () => {
  writeFileSync(at('data'), 'precious');
  symlinkSync(at('data'), at('link'));
  for (const path of [at('data'), at('link'), folder, at('none/log'), '/dev/null', '-'])
    for (const refuse of [checkLogPath, openLogFile]) assert.throws(() => refuse(path), REFUSED, path);
  assert.equal(readFileSync(at('data'), 'utf8'), 'precious');
});
