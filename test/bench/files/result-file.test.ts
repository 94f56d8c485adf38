import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readNamedResults, readResultFile } from '../../../bench/files/result-file.js';
import { EngineError } from '../../../engine/errors.js';
import { formatJson } from '../../../reports/index.js';
import { sampleResult } from '../../reports/sample.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-result-'));
after(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'result.json');
  writeFileSync(path, text);
  return path;
}

/** Why a file is refused; fails where it is not refused as an input, by name. */
function refusalOf(path: string): string {
  try {
    readResultFile(path);
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    assert.deepEqual([error.code, error.kind, error.target], ['RESULT_UNREADABLE', 'input', path]);
    return error.reason;
  }
  assert.fail('it was taken');
}

const whole = formatJson(sampleResult());

describe('readResultFile', () => {
  test('reads what was written, with and without a byte order mark', () => {
    assert.deepEqual(readResultFile(file(whole)), sampleResult());
    assert.deepEqual(readResultFile(file(`\ufeff${whole}`)), sampleResult());
  });

  test('reads UTF-16, as other shells write it', () => {
    const little = Buffer.from(whole, 'utf16le');
    const big = Buffer.from(little).swap16();
    const path = join(folder, 'utf16.json');
    const marks = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
    for (const bytes of [little, big, Buffer.concat([marks[0], little]), Buffer.concat([marks[1], big])]) {
      writeFileSync(path, bytes);
      assert.deepEqual(readResultFile(path), sampleResult());
    }
  });

  test('opens the first documents of schema version 1', () => {
    const url = new URL('../../../../test/fixtures/results/v1-first.json', import.meta.url);
    const result = readResultFile(fileURLToPath(url));
    assert.deepEqual(
      result.jobs.map(({ name, directions }) => [name, Object.keys(directions)]),
      [
        ['reads', ['read']],
        ['mixed', ['read', 'write']],
      ],
    );
  });

  test('refuses what is not there, a directory and a part of the path that is none', () => {
    assert.match(refusalOf(join(folder, 'none.json')), /no such file/);
    mkdirSync(join(folder, 'folder'), { recursive: true });
    assert.match(refusalOf(join(folder, 'folder')), /is a directory/);
    assert.match(refusalOf(join(file(whole), 'result.json')), /not a directory/);
  });

  test('refuses an empty file', () => {
    for (const text of ['', '\n', '\ufeff']) assert.equal(refusalOf(file(text)), 'it is empty');
  });

  test('says of a truncated file that it may be truncated, wherever it was cut', () => {
    for (let length = 10; length < whole.length - 2; length += Math.ceil(whole.length / 50))
      assert.match(refusalOf(file(whole.slice(0, length))), /truncated|JSON/, `at ${length}`);
    assert.match(refusalOf(file(whole.slice(0, whole.length - 3))), /truncated/);
  });

  test('refuses other JSON and what is none', () => {
    for (const text of ['7', '"x"', 'null', '[]', '{}']) assert.match(refusalOf(file(text)), /schemaVersion/);
    for (const text of ['<html>', '\u0000\u0001', '{"a":1}x', 'device: sim:'])
      assert.match(refusalOf(file(text)), /JSON/);
  });

  test('refuses a later schema version and says which it reads', () => {
    assert.match(refusalOf(file('{"schemaVersion": 2, "jobs": []}')), /reads 1, the document has 2/);
  });

  test('refuses a gigabyte without reading it', () => {
    const path = file('{');
    truncateSync(path, 2 ** 30);
    assert.equal(refusalOf(path), 'it is larger than 448 MiB');
  });

  test('refuses deep nesting', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    assert.match(refusalOf(file(deep)), /schemaVersion/);
    const config = whole.replace('"config": {', `"config": { "deep": ${deep},`);
    assert.match(refusalOf(file(config)), /nested deeper than 64 levels/);
  });

  test('is not led astray by keys of prototypes', () => {
    const result = readResultFile(
      file(whole.replace('{', '{ "__proto__": { "complete": false }, "constructor": 1,')),
    );
    assert.equal(result.complete, true);
  });
});

test('a directory is all results in it and below it', () => {
  const base = join(folder, 'stored');
  mkdirSync(join(base, 'day2', 'late.json'), { recursive: true });
  mkdirSync(join(base, '.git'));
  for (const name of ['a.json', 'day2/b.json', '.git/c.json', '.d.json', 'day2/notes.txt'])
    writeFileSync(join(base, name), whole);
  assert.deepEqual(
    readNamedResults(base).map(({ name }) => name),
    [join(base, 'a.json'), join(base, 'day2', 'b.json')],
  );
});
