import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFor, refuseOtherThanJson } from '../../../bench/commands/output-format.js';

const WRITES = { formats: ['text', 'html', 'json'], otherwise: 'text' } as const;
const formatOf = (output?: string, format?: 'html') => formatFor({ output, format }, WRITES);

test('the option says the format, else the name of the file, else it is that for people', () => {
  assert.equal(formatOf('r.json', 'html'), 'html');
  assert.equal(formatOf('r.json'), 'json');
  for (const name of [undefined, '-', 'r', 'r.txt', 'r.xyz', '/dev/fd/63'])
    assert.equal(formatOf(name), 'text');
});

test('text is what a command calls what it has for people', () => {
  assert.equal(formatFor({ output: 'r.txt' }, { formats: ['table', 'json'], otherwise: 'table' }), 'table');
});

test('a name of a format that the command does not write is refused with those it does', () => {
  assert.throws(() => formatOf('r.csv'), {
    code: 'BAD_ARGUMENTS',
    kind: 'input',
    target: 'r.csv',
    message: /ends in \.csv, and this command writes no csv; .* one of text, html, json with --format/,
  });
});

test('what is JSON is not written under the name of another format', () => {
  for (const name of [undefined, '-', 'r', 'r.json', 'r.txt', 'r.xyz']) refuseOtherThanJson(name);
  assert.throws(() => refuseOtherThanJson('a/r.html'), {
    code: 'BAD_ARGUMENTS',
    kind: 'input',
    message: /is JSON, and its name says html; .*nvbench report result\.json --output a\/r\.html$/,
  });
  assert.throws(() => refuseOtherThanJson('r.csv', (path) => `make ${path}`), {
    message: /then: make r\.csv$/,
  });
});
