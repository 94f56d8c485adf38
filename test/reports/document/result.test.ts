import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatJson, toJson } from '../../../reports/document/json.js';
import { parseResult, parseResultText, ResultFormatError } from '../../../reports/document/parse.js';
import { sampleResult, troubledResult } from '../sample.js';

function problemsOf(document: unknown): readonly string[] {
  try {
    parseResult(document);
  } catch (error) {
    assert.ok(error instanceof ResultFormatError);
    return error.problems;
  }
  assert.fail('the document was taken');
}

describe('parseResultText', () => {
  test('reads back what formatJson wrote', () => {
    for (const result of [sampleResult(), troubledResult()])
      assert.deepEqual(parseResultText(formatJson(result)), result);
  });

  test('says where text is no JSON', () => {
    assert.throws(() => parseResultText('{"schemaVersion": 1,'), ResultFormatError);
  });
});

describe('parseResult', () => {
  test('asks for a schema version', () => {
    for (const document of [{}, null, [], 'x', 7])
      assert.deepEqual(problemsOf(document), ['schemaVersion: missing']);
  });

  test('refuses another schema version before it looks at anything else', () => {
    assert.deepEqual(problemsOf({ schemaVersion: 2 }), [
      'schemaVersion: this nvbench reads 1, the document has 2',
    ]);
  });

  test('names the place of each problem', () => {
    const result = sampleResult();
    const read = { ...result.jobs[0].directions.read, iops: 'fast' };
    const jobs = [{ ...result.jobs[0], directions: { read } }];
    const host = { ...result.host, cpuCount: undefined };
    assert.deepEqual(problemsOf({ ...result, host, jobs }), [
      'host.cpuCount: expected number, received undefined',
      'jobs[0].directions.read.iops: expected number, received string',
    ]);
  });

  test('shortens a long list of problems', () => {
    const problems = problemsOf({ schemaVersion: 1, host: {}, devices: [{}] });
    assert.equal(problems.length, 9);
    assert.match(problems[8], /^and \d+ more$/);
  });

  test('refuses figures that no run can have', () => {
    const result = sampleResult();
    assert.match(problemsOf({ ...result, devices: [{ ...result.devices[0], lbaBytes: -1 }] })[0], /lbaBytes/);
    assert.match(problemsOf({ ...result, jobs: [{ ...result.jobs[0], elapsedNs: null }] })[0], /elapsedNs/);
    // Products of it with counts would be infinite, which JSON cannot say.
    assert.match(
      problemsOf({ ...result, jobs: [{ ...result.jobs[0], elapsedNs: 1e308 }] })[0],
      /elapsedNs.*1e\+30/,
    );
  });

  test('leaves out fields it does not know', () => {
    assert.deepEqual(parseResult({ ...sampleResult(), later: 1 }), sampleResult());
  });
});

describe('toJson', () => {
  test('indents by two spaces and ends the line', () => {
    assert.equal(toJson({ a: [1] }), '{\n  "a": [\n    1\n  ]\n}\n');
  });

  test('escapes what could move a cursor or reorder text, and means the same', () => {
    const name = 'a\u007f\u009b\u2028\u202e\u{e0001}\nb';
    const text = toJson([name]);
    assert.equal(text, '[\n  "a\\u007f\\u009b\\u2028\\u202e\\udb40\\udc01\\nb"\n]\n');
    assert.deepEqual(JSON.parse(text), [name]);
  });

  test('writes a bigint as a number to 2^53 and as digits above', () => {
    assert.equal(toJson([5n, 2n ** 53n - 1n]), '[\n  5,\n  9007199254740991\n]\n');
    assert.equal(toJson([2n ** 53n + 1n]), '[\n  "9007199254740993"\n]\n');
  });
});

test('a run of weeks, with more bytes than 2^53, is read', () => {
  const result = sampleResult();
  const read = result.jobs[0].directions.read ?? assert.fail();
  read.bytes = 14e9 * 86_400 * 30;
  assert.deepEqual(parseResult(JSON.parse(formatJson(result))), result);
});
