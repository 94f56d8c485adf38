import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { loadConfig } from '../../../bench/config/load.js';
import { EngineError } from '../../../engine/errors.js';
import { file } from './config-text.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-config-'));
after(() => rmSync(folder, { recursive: true }));

function saved(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const unreadable = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EngineError);
  assert.equal(error.code, 'CONFIG_UNREADABLE');
  assert.equal(error.kind, 'input');
  assert.match(error.reason, reason);
  assert.notEqual(error.hint, '');
  return true;
};

describe('files', () => {
  test('are read with their byte order mark and CRLF line ends', () => {
    const path = saved('bom-crlf.yaml', `\uFEFF${file(['iodepth: 7']).join('\r\n')}\r\n`);
    assert.equal(loadConfig(path).jobs[0].iodepth, 7);
  });

  test('are named in the error, with line and column', () => {
    const path = saved('typo.yaml', file(['iodeph: 7']).join('\n'));
    assert.throws(() => loadConfig(path), {
      code: 'CONFIG_INVALID',
      message: `${path}:5:5: jobs[0].iodeph: unknown key; did you mean "iodepth"?`,
    });
  });

  test('that do not exist are an input error with the next step', () => {
    assert.throws(() => loadConfig(join(folder, 'none.yaml')), unreadable(/no such file/));
  });

  test('that are directories are an input error', () => {
    assert.throws(() => loadConfig(folder), unreadable(/is a directory/));
  });

  test('that are reached through a file are an input error', () => {
    assert.throws(() => loadConfig(join(saved('f.yaml', ''), 'x')), unreadable(/not a directory/));
  });

  test('that are link loops are an input error', () => {
    const path = join(folder, 'loop.yaml');
    symlinkSync(path, path);
    assert.throws(() => loadConfig(path), unreadable(/loop of symbolic links/));
  });

  test('with a NUL in the path are an input error', () => {
    assert.throws(() => loadConfig('a\0b'), unreadable(/no such file/));
  });

  test('that may not be read are an input error', {
    skip: process.getuid?.() === 0 && 'root may read any file',
  }, () => {
    assert.throws(() => loadConfig('/etc/shadow'), unreadable(/permission denied/));
  });

  test('that are not UTF-8 are an input error', () => {
    const path = saved('latin1.yaml', Uint8Array.of(0x23, 0xe4, 0x0a));
    assert.throws(() => loadConfig(path), unreadable(/not UTF-8/));
  });

  test('that are UTF-16 are an input error', () => {
    const path = saved('utf16.yaml', Buffer.from('\uFEFFdevice: sim\n', 'utf16le'));
    assert.throws(() => loadConfig(path), unreadable(/not UTF-8/));
  });

  test('of exactly 1 MiB are read', () => {
    const text = file().join('\n');
    const path = saved('full.yaml', `${text}\n#${'x'.repeat(1024 * 1024 - text.length - 2)}`);
    assert.equal(loadConfig(path).jobs.length, 1);
  });

  test('beyond 1 MiB are an input error', () => {
    const path = saved('large.yaml', '#'.repeat(1024 * 1024 + 1));
    assert.throws(() => loadConfig(path), unreadable(/larger than 1 MiB/));
  });

  test('without an end are an input error', () => {
    assert.throws(() => loadConfig('/dev/zero'), unreadable(/larger than 1 MiB/));
  });
});
